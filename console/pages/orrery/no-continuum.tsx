import { Link } from 'react-router'
import { Empty } from '../../look/empty.tsx'
import { paths } from '../../paths.ts'
import { NoneThen } from '../../table/none-then.tsx'

/** `then`: the map is one of the past. */
export function NoContinuum({ then }: { then: boolean }) {
  return (
    <div className="orrery-none">
      {then ? (
        <NoneThen many="sites" />
      ) : (
        <Empty
          title="There is nothing to see yet"
          command="orrery up --demo"
          action={
            <Link className="link" to={paths.providers()}>
              Connect a provider
            </Link>
          }
        >
          Sites will stand here as planets, nodes as moons around them. Connect a provider that brings its
          nodes, register machines yourself, or start the demo.
        </Empty>
      )}
    </div>
  )
}
