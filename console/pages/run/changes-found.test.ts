import type { NodeId, WorkloadId } from '@orrery/api/id.ts'
import type { RunDetail } from '@orrery/api/run.ts'
import { expect, it } from 'vitest'
import { changesFound, changesNamed } from './changes-found.ts'

const node = (id: string, name: string): RunDetail['nodes'][number] => ({
  id: id as NodeId,
  name,
  site: 's',
  cpu: 0,
  memory: 0,
  gpu: null,
  fragment: null,
})
const change = (id: string, workloadName: string | null, from: string | null, to: string | null) => ({
  workloadId: id as WorkloadId,
  workloadName,
  fromNodeId: from as NodeId | null,
  nodeId: null,
  fromNodeName: null,
  nodeName: to,
  gpuIndexes: [],
})
const named = changesNamed({
  nodes: [node('n1', 'edge-1')],
  changes: [change('w1', 'web', 'n1', 'cloud-1'), change('w2', null, 'n9', null)],
})

it('names what can be named', () => {
  expect(named).toEqual([
    { id: 'w1', name: 'web', from: 'edge-1', to: 'cloud-1' },
    { id: 'w2', name: 'w2', from: 'n9', to: null },
  ])
})

it('finds by every word, in workloads and nodes', () => {
  expect(changesFound(named, '')).toHaveLength(2)
  expect(changesFound(named, 'WEB cloud').map(({ id }) => id)).toEqual(['w1'])
  expect(changesFound(named, 'web edge-2')).toEqual([])
})
