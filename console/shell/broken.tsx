import { useEffect } from 'react'
import { useRouteError } from 'react-router'
import { Failure } from '../look/failure.tsx'
import { errorWords } from '../words/error.ts'

const lookEveryMs = 1000
/** For so long after a reload, a failure is one that the reload did not mend. */
const settledMs = 10_000

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

/**
 * As soon as the server answers. What a reload did not mend it would not mend the next time either, and so without
 * end: then the server has to be seen away first.
 */
function reloadOnReturn(): () => void {
  const reloaded = performance.getEntriesByType('navigation').some((entry) => loadedBy(entry) === 'reload')
  let wasAway = !reloaded || performance.now() > settledMs
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

function loadedBy(entry: PerformanceEntry): NavigationTimingType | undefined {
  return entry instanceof PerformanceNavigationTiming ? entry.type : undefined
}
