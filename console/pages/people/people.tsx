import { Page } from '../../look/page.tsx'
import { CopyAs } from '../../shell/copy-as.tsx'
import { useSession } from '../../live/session.ts'
import { Principals } from './principals.tsx'
import { Tokens } from './tokens.tsx'

/** Who may do what, and the tokens that speak for them. */
export function People() {
  const session = useSession()
  const admin = session.data?.role === 'admin'
  return (
    <Page
      title="People and tokens"
      actions={<CopyAs operation={admin ? 'principalList' : 'tokenList'} input={{}} />}
    >
      <div className="stack-wide">
        {admin && <Principals />}
        <Tokens />
      </div>
    </Page>
  )
}
