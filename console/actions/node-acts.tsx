/** The changes of one node, each with what it will change. */
import { Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Node } from '@orrery/api/node.ts'
import { count } from '../words/quantity.ts'
import { ActDialog } from './act-dialog.tsx'
import { LabelFields, labelsRead, labelsText } from './label-fields.tsx'
import { refOf } from '../paths.ts'

type ActProps = { node: Node; onClose: () => void; onGone: () => void }
export type NodeActName = 'drain' | 'activate' | 'update' | 'delete'

export function NodeAct({ act, ...props }: ActProps & { act: NodeActName }) {
  switch (act) {
    case 'drain':
      return <Drain {...props} />
    case 'activate':
      return <Activate {...props} />
    case 'update':
      return <Update {...props} />
    case 'delete':
      return <Delete {...props} />
  }
}

function Drain({ node, onClose }: ActProps) {
  const [reason, setReason] = useState('')
  return (
    <ActDialog
      title={`Drain ${node.name}`}
      operation="nodeDrain"
      input={{ ref: refOf(node), body: reason.trim() === '' ? {} : { reason: reason.trim() } }}
      verb="Drain"
      doing={`drain node ${node.name}`}
      changes={[
        { what: 'State', before: node.state, after: 'draining' },
        { what: 'Workloads on it', before: String(node.workloadCount), after: '0, once the plan is applied' },
      ]}
      says={`Nothing new is placed on it. A plan moves ${count(node.workloadCount, 'workload')} away; what fits nowhere else stays until it does.`}
      onClose={onClose}
    >
      <Textarea
        label="Why (kept in the events)"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
      />
    </ActDialog>
  )
}

function Activate({ node, onClose }: ActProps) {
  return (
    <ActDialog
      title={`Activate ${node.name}`}
      operation="nodeActivate"
      input={{ ref: refOf(node), body: {} }}
      verb="Activate"
      doing={`activate node ${node.name}`}
      changes={[{ what: 'State', before: node.state, after: 'ready' }]}
      says="Workloads may be placed on it again."
      onClose={onClose}
    />
  )
}

function Update({ node, onClose }: ActProps) {
  const [text, setText] = useState(labelsText(node.labels))
  const labels = labelsRead(text)
  const changed = labels !== null && labelsText(labels) !== labelsText(node.labels)
  return (
    <ActDialog
      title={`Labels of ${node.name}`}
      operation="nodeUpdate"
      input={labels !== null && changed ? { ref: refOf(node), body: { labels } } : null}
      verb="Save"
      doing={`change node ${node.name}`}
      wrong={labels === null ? 'Write one label per line, as key=value.' : null}
      changes={
        labels !== null && changed
          ? [
              {
                what: 'Labels',
                before: labelsText(node.labels) || 'none',
                after: labelsText(labels) || 'none',
              },
            ]
          : []
      }
      onClose={onClose}
    >
      <LabelFields text={text} onChange={setText} />
    </ActDialog>
  )
}

function Delete({ node, onClose, onGone }: ActProps) {
  return (
    <ActDialog
      title={`Delete ${node.name}`}
      operation="nodeDelete"
      input={{ ref: refOf(node) }}
      verb="Delete"
      doing={`delete node ${node.name}`}
      typeName={node.name}
      changes={[{ what: 'Node', before: node.state, after: 'gone' }]}
      says={
        node.workloadCount > 0
          ? `${count(node.workloadCount, 'workload')} still hold room on it. Drain it first, or the server refuses.`
          : 'It holds no workloads. Its measurements and events are kept.'
      }
      onClose={onClose}
      onDone={onGone}
    />
  )
}
