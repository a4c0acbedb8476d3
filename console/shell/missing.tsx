import { Link, useLocation } from 'react-router'
import { Page } from '../look/page.tsx'
import { Empty } from '../look/empty.tsx'
import { paths } from '../paths.ts'

export function Missing() {
  const { pathname } = useLocation()
  return (
    <Page title="No such page">
      <Empty
        title="There is no page at this address"
        action={
          <Link className="link" to={paths.home()}>
            Go to the orrery
          </Link>
        }
      >
        <code>{pathname}</code> is not an address of the console. The link may be old or mistyped.
      </Empty>
    </Page>
  )
}
