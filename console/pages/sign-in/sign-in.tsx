import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { sessionKey, useLive } from '../../live/api.ts'
import { paths } from '../../paths.ts'
import { SignedOut } from '../../shell/signed-out.tsx'
import { errorWords } from '../../words/error.ts'

/** Where a one-time link leads: the code becomes a session, and the reader goes home. */
export function SignIn() {
  const { hash, search } = useLocation()
  const { api, queries } = useLive()
  const navigate = useNavigate()
  const [why, setWhy] = useState<string | null>(null)
  // Links of earlier releases have it in the query.
  const code = new URLSearchParams(hash.slice(1)).get('code') ?? new URLSearchParams(search).get('code')
  const sent = useRef<string>(null)

  useEffect(() => {
    // A code works once: a second render must not use it up.
    if (code === null || sent.current === code) return
    sent.current = code
    api.call('sessionCreate', { body: { code } }).then(
      (session) => {
        queries.setQueryData(sessionKey, session)
        void navigate(paths.home(), { replace: true })
      },
      (error: unknown) => setWhy(errorWords(error).message),
    )
  }, [api, queries, navigate, code])

  if (code !== null && why === null)
    return <div className="lonely late" role="status" aria-label="Signing in" />
  return <SignedOut {...(why === null ? {} : { why })} />
}
