import { Progress } from '@mantine/core'
import { type Operation, operationEnded } from '@orrery/api/operation.ts'
import { whole } from '../../words/quantity.ts'
import './operation.css'

/** How far it is: a bar while the total is known, a moving one while it is not. */
export function OperationProgress({ operation }: { operation: Operation }) {
  const { done, total, state } = operation
  const ended = operationEnded.includes(state)
  const value = total === null ? (ended ? 100 : 30) : total === 0 ? 100 : (done / total) * 100
  const words = total === null ? whole(done) : `${whole(done)} of ${whole(total)}`
  return (
    <span className="operation-progress">
      <Progress
        value={value}
        animated={!ended}
        aria-label={`Progress: ${words}`}
        {...(ended ? { color: 'gray' } : {})}
      />
      <span className="nowrap">{words}</span>
    </span>
  )
}
