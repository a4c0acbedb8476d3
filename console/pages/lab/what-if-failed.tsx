import { Link } from 'react-router'
import type { Node } from '@orrery/api/node.ts'
import { useCall } from '../../live/call.ts'
import { Dialog } from '../../look/dialog.tsx'
import { Failure } from '../../look/failure.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths } from '../../paths.ts'
import { count, whole } from '../../words/quantity.ts'
import { useQuickAnswer, useQuickInventory } from './use-quick.ts'

/** Where what runs on a node would go if it failed, answered by the browser at once. Nothing happens to the node. */
export function WhatIfFailed({ node, onClose }: { node: Node; onClose: () => void }) {
  const read = useQuickInventory(true)
  const stored = useCall('policyList', { query: { limit: 1000 } })
  const policy = stored.data?.items.find((each) => each.active)
  const answer = useQuickAnswer(
    read.data,
    policy === undefined
      ? null
      : {
          kind: 'failure',
          nodeId: node.id,
          policy: { name: policy.name, algorithm: policy.algorithm, weights: policy.weights },
        },
  )
  return (
    <Dialog onClose={onClose} title={`What if ${node.name} failed`} size="lg">
      {read.isError && read.data === undefined ? (
        <Failure error={read.error} doing="read the inventory" again={() => void read.refetch()} />
      ) : stored.isSuccess && policy === undefined ? (
        <p>No policy is in charge, so nothing would be placed again.</p>
      ) : answer === null || answer.kind === 'places' ? (
        <Waiting lines={3} />
      ) : answer.kind === 'fault' ? (
        <p role="alert">{answer.message}</p>
      ) : (
        <Moves moves={answer.moves} policy={policy?.name ?? ''} tookMs={answer.tookMs} />
      )}
    </Dialog>
  )
}

type MovesProps = {
  moves: readonly { workload: string; node: string | null; message: string }[]
  policy: string
  tookMs: number
}

function Moves({ moves, policy, tookMs }: MovesProps) {
  const placed = moves.filter(({ node }) => node !== null).length
  const waiting = moves.length - placed
  return (
    <div className="stack">
      <p>
        {moves.length === 0
          ? 'Nothing runs on it, so nothing would have to go elsewhere.'
          : `${whole(placed)} of ${count(moves.length, 'workload')} would find a place elsewhere${waiting === 0 ? '' : `; ${whole(waiting)} would wait`}.`}
      </p>
      {moves.length > 0 && (
        <SmallTable
          label="Where they would go"
          heads={['Workload', 'Would go to', 'Why']}
          rows={moves
            .toSorted((one, other) => Number(one.node !== null) - Number(other.node !== null))
            .map((move) => ({
              key: move.workload,
              cells: [
                <Link key="workload" to={paths.workload(move.workload)}>
                  {move.workload}
                </Link>,
                move.node === null ? (
                  'it would wait'
                ) : (
                  <Link key="node" to={paths.node(move.node)}>
                    {move.node}
                  </Link>
                ),
                <span key="why" className="quiet stay-why" title={move.message}>
                  {move.message}
                </span>,
              ],
            }))}
        />
      )}
      <p className="faint">
        An estimate of this browser, in {tookMs < 1 ? 'under 1' : whole(tookMs)} ms, by the filters and scores
        of the policy {policy}. Nothing was done to the node.
      </p>
    </div>
  )
}
