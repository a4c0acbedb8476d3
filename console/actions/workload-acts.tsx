/** The changes of one workload, each with what it will change. */
import { useState } from 'react'
import type { Node } from '@orrery/api/node.ts'
import type { Workload } from '@orrery/api/workload.ts'
import { cores } from '../words/quantity.ts'
import { bytes } from '../words/quantity.ts'
import { ActDialog } from './act-dialog.tsx'
import { type DemandDraft, DemandFields, demandDraft, demandRead } from './demand-fields.tsx'
import { demandWords } from './demand-words.ts'
import { NodeSelect } from './node-select.tsx'
import { shortage } from './room.ts'
import type { WorkloadAction } from './reason.ts'
import { refOf } from '../paths.ts'

type ActProps = { workload: Workload; onClose: () => void; onGone: () => void }

export function WorkloadAct({ act, ...props }: ActProps & { act: WorkloadAction }) {
  switch (act) {
    case 'bind':
    case 'migrate':
      return <Move {...props} act={act} />
    case 'resize':
      return <Resize {...props} />
    case 'unbind':
      return <Unbind {...props} />
    case 'start':
    case 'stop':
      return <Desire {...props} act={act} />
    case 'delete':
      return <Delete {...props} />
  }
}

function Move({ workload, act, onClose }: ActProps & { act: 'bind' | 'migrate' }) {
  const [node, setNode] = useState<Node | null>(null)
  const { demand } = workload
  const migrates = act === 'migrate'
  return (
    <ActDialog
      title={migrates ? `Migrate ${workload.name}` : `Bind ${workload.name}`}
      operation={migrates ? 'workloadMigrate' : 'workloadBind'}
      input={node === null ? null : { ref: refOf(workload), body: { node: node.name } }}
      verb={migrates ? 'Migrate' : 'Bind'}
      doing={`${act} workload ${workload.name}`}
      wrong={node === null ? null : shortageWords(node, demand)}
      changes={
        node === null
          ? []
          : [
              { what: 'Node', before: workload.nodeName ?? 'none', after: node.name },
              { what: 'Site', before: workload.siteName ?? 'none', after: node.siteName },
              {
                what: `CPU reserved on ${node.name}`,
                before: `${cores(node.allocated.cpuCores)} of ${cores(node.capacity.cpuCores)}`,
                after: cores(node.allocated.cpuCores + demand.cpuCores),
              },
              {
                what: `Memory reserved on ${node.name}`,
                before: `${bytes(node.allocated.memoryBytes)} of ${bytes(node.capacity.memoryBytes)}`,
                after: bytes(node.allocated.memoryBytes + demand.memoryBytes),
              },
            ]
      }
      onClose={onClose}
    >
      <p className="quiet">
        {workload.name} asks for {demandWords(demand)}.
      </p>
      <NodeSelect demand={demand} but={workload.nodeId} value={node} onChange={setNode} />
    </ActDialog>
  )
}

function shortageWords(node: Node, demand: Workload['demand']): string | null {
  const lacks = shortage(node, demand)
  return lacks === null ? null : `${node.name} has no room for it. ${lacks}`
}

function Resize({ workload, onClose }: ActProps) {
  const [draft, setDraft] = useState<DemandDraft>(() => demandDraft(workload.demand))
  const demand = demandRead(draft, workload.demand.gpu.models)
  const same = demand !== null && demandWords(demand) === demandWords(workload.demand)
  return (
    <ActDialog
      title={`Resize ${workload.name}`}
      operation="workloadResize"
      input={demand === null || same ? null : { ref: refOf(workload), body: { demand } }}
      verb="Resize"
      doing={`resize workload ${workload.name}`}
      changes={
        demand === null || same
          ? []
          : [{ what: 'It asks for', before: demandWords(workload.demand), after: demandWords(demand) }]
      }
      says={
        workload.nodeName === null
          ? 'It has no node; the next plan looks for one of this size.'
          : `It stays on ${workload.nodeName}, if there is room.`
      }
      onClose={onClose}
    >
      <DemandFields draft={draft} onChange={setDraft} />
    </ActDialog>
  )
}

function Unbind({ workload, onClose }: ActProps) {
  return (
    <ActDialog
      title={`Unbind ${workload.name}`}
      operation="workloadUnbind"
      input={{ ref: refOf(workload), body: {} }}
      verb="Unbind"
      danger
      doing={`unbind workload ${workload.name}`}
      changes={[
        { what: 'Node', before: workload.nodeName ?? 'none', after: 'none' },
        { what: 'State', before: workload.state, after: 'pending' },
      ]}
      says={
        workload.autoPlace
          ? 'It stops here. The plan loop will look for a node again.'
          : 'It stops here and waits until someone binds it.'
      }
      onClose={onClose}
    />
  )
}

function Desire({ workload, act, onClose }: ActProps & { act: 'start' | 'stop' }) {
  const starts = act === 'start'
  return (
    <ActDialog
      title={`${starts ? 'Start' : 'Stop'} ${workload.name}`}
      operation="workloadUpdate"
      input={{ ref: refOf(workload), body: { desired: starts ? 'running' : 'stopped' } }}
      verb={starts ? 'Start' : 'Stop'}
      doing={`${act} workload ${workload.name}`}
      changes={[{ what: 'It should be', before: workload.desired, after: starts ? 'running' : 'stopped' }]}
      says={starts ? 'It starts on its node, or waits for one.' : 'It stops and keeps its place on the node.'}
      onClose={onClose}
    />
  )
}

function Delete({ workload, onClose, onGone }: ActProps) {
  return (
    <ActDialog
      title={`Delete ${workload.name}`}
      operation="workloadDelete"
      input={{ ref: refOf(workload) }}
      verb="Delete"
      doing={`delete workload ${workload.name}`}
      typeName={workload.name}
      changes={[
        { what: 'Workload', before: workload.state, after: 'gone' },
        ...(workload.nodeName === null
          ? []
          : [
              {
                what: `Freed on ${workload.nodeName}`,
                before: 'reserved',
                after: demandWords(workload.demand),
              },
            ]),
      ]}
      says="Its provider stops it first. Its measurements and events are kept."
      onClose={onClose}
      onDone={onGone}
    />
  )
}
