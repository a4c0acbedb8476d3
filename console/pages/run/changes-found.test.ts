import type { NodeId, WorkloadId } from '@orrery/api/id.ts'
import { expect, it } from 'vitest'
import { changesFound, changesNamed } from './changes-found.ts'

const change = (id: string, workloadName: string | null, from: string | null, to: string | null) => ({
  workloadId: id as WorkloadId,
  workloadName,
  fromNodeId: (from === null ? null : 'n1') as NodeId | null,
  fromNodeName: from === 'gone' ? null : from,
  nodeId: null,
  nodeName: to,
  gpuIndexes: [],
})
const named = changesNamed({
  changes: [change('w1', 'web', 'edge-1', 'cloud-1'), change('w2', null, 'gone', null)],
})

it('names what can be named', () => {
  expect(named).toEqual([
    { id: 'w1', name: 'web', from: 'edge-1', to: 'cloud-1' },
    { id: 'w2', name: 'w2', from: 'n1', to: null },
  ])
})

it('finds by every word, in workloads and nodes', () => {
  expect(changesFound(named, '')).toHaveLength(2)
  expect(changesFound(named, 'WEB cloud').map(({ id }) => id)).toEqual(['w1'])
  expect(changesFound(named, 'web edge-2')).toEqual([])
})
