import { Link } from 'react-router'
import type { Plan } from '@orrery/api/plan.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { SmallTable } from '../../look/small-table.tsx'
import { paths } from '../../paths.ts'
import { nodeChanges } from './balance.ts'

/** Per node: how many workloads it has, and which come and go. */
export function NodeDiff({ plan }: { plan: Plan }) {
  const { link } = useHere()
  const changes = nodeChanges(plan.steps)
  const inventory = useCall('inventoryView', {})
  const countOf = (name: string) => {
    const nodes = inventory.data?.nodes
    const index = nodes?.name.indexOf(name) ?? -1
    return index < 0 ? null : (nodes?.workloadCount[index] ?? null)
  }
  const proposed = plan.state === 'proposed' || plan.state === 'approved'
  if (changes.length === 0)
    return <p className="panel-body faint">No node gains or loses a workload by it.</p>
  return (
    <SmallTable
      label="Changes by node"
      heads={['Node', ...(proposed ? ['Workloads now', 'Then'] : []), 'Arrive', 'Leave']}
      numeric={proposed ? [1, 2] : []}
      rows={changes.map((change) => {
        const now = countOf(change.node)
        return {
          key: change.node,
          cells: [
            <Link key="node" to={link(paths.node(change.node))}>
              {change.node}
            </Link>,
            ...(proposed
              ? [now ?? '–', now === null ? '–' : now + change.arrives.length - change.leaves.length]
              : []),
            <Names key="arrive" sign="+" names={change.arrives} />,
            <Names key="leave" sign="−" names={change.leaves} />,
          ],
        }
      })}
    />
  )
}

const namedMax = 6

function Names({ sign, names }: { sign: string; names: readonly string[] }) {
  const { link } = useHere()
  if (names.length === 0) return <span className="faint">–</span>
  return (
    <span className="diff-names">
      {names.slice(0, namedMax).map((name) => (
        <Link key={name} to={link(paths.workload(name))}>
          {sign}
          {name}
        </Link>
      ))}
      {names.length > namedMax && (
        <span className="faint" title={names.slice(namedMax).join(', ')}>
          and {names.length - namedMax} more
        </span>
      )}
    </span>
  )
}
