import { useEffect } from 'react'
import { CopyText } from '../look/copy-text.tsx'
import './shell.css'

/** There are no passwords: how to get a one-time link. */
export function SignedOut({ why }: { why?: string }) {
  useEffect(() => {
    document.title = 'Sign in · Orrery'
  }, [])
  return (
    <main className="lonely">
      <div className="lonely-card panel">
        <img src="/icon.svg" width="44" height="44" alt="" />
        <h1>Sign in to Orrery</h1>
        {why !== undefined && <p role="alert">{why}</p>}
        <p className="quiet">
          There are no passwords. You open a one-time link, and this browser stays signed in.
        </p>
        <p className="quiet">
          Whoever started the server has a link in its first lines of output. For a new one:
        </p>
        <CopyText text="npx orrery login --link" />
        <p className="quiet">For another person, an admin runs:</p>
        <CopyText text="npx orrery principal invite NAME" />
      </div>
    </main>
  )
}
