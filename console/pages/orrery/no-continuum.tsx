import { Link } from 'react-router'
import { Empty } from '../../look/empty.tsx'
import { paths } from '../../paths.ts'

export function NoContinuum() {
  return (
    <div className="orrery-none">
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
    </div>
  )
}
