import { useEffect } from 'react'
import { useRouteError } from 'react-router'
import { Failure } from '../look/failure.tsx'
import { errorWords } from '../words/error.ts'

const lookEveryMs = 2000

/** A page that threw: the rest of the console stays usable. One that the server could not send comes when it is back. */
export function Broken() {
  const error = useRouteError()
  const { retry } = errorWords(error)
  useEffect(() => (retry ? reloadOnReturn() : undefined), [retry])
  return (
    <div className="lonely">
      <Failure error={error} doing="show this page" again={() => window.location.reload()} />
    </div>
  )
}

/** Only after it was seen to be away: what fails while the server is there would fail again. */
function reloadOnReturn(): () => void {
  let wasAway = false
  const look = async () => {
    const here = await fetch('/healthz', { signal: AbortSignal.timeout(lookEveryMs) }).then(
      (answer) => answer.ok,
      () => false,
    )
    if (here && wasAway) window.location.reload()
    wasAway ||= !here
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  return () => clearInterval(timer)
}
