import { type Static, Type } from 'typebox'
import { Timestamp, nullable, oneOf, strict } from './scalar.ts'
import { nodeStates } from './node.ts'

/**
 * The whole continuum in one answer, small enough to draw from: sites with totals, and the nodes as parallel
 * columns (10,000 nodes are about 1 MB before compression). Index i of every column is the same node.
 */
const totals = {
  nodeCount: Type.Integer(),
  cpuCores: Type.Number(),
  cpuCoresAllocated: Type.Number(),
  cpuCoresUsed: Type.Number(),
  memoryBytes: Type.Number(),
  memoryBytesAllocated: Type.Number(),
  memoryBytesUsed: Type.Number(),
  gpuMilli: Type.Number(),
  gpuMilliAllocated: Type.Number(),
  powerWatts: Type.Number(),
  carbonGramsPerHour: Type.Number(),
}
export const InventorySite = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    kind: oneOf(['cloud', 'edge', 'device']),
    latencyMs: nullable(Type.Number({ description: 'from the core cloud site; null where no link says' })),
    carbonGramsPerKwh: Type.Number(),
    renewableShare: Type.Number(),
    ...totals,
  },
  strict,
)
export type InventorySite = Static<typeof InventorySite>

const numbers = Type.Array(Type.Number())
export const Inventory = Type.Object(
  {
    at: Timestamp,
    live: Type.Boolean(),
    cursor: Type.String({ description: 'of the last event in it: follow the event stream from here' }),
    totals: Type.Object(totals, strict),
    workloads: Type.Object(
      {
        pending: Type.Integer(),
        placing: Type.Integer(),
        starting: Type.Integer(),
        running: Type.Integer(),
        stopping: Type.Integer(),
        stopped: Type.Integer(),
        failed: Type.Integer(),
      },
      strict,
    ),
    sites: Type.Array(InventorySite),
    nodes: Type.Object(
      {
        id: Type.Array(Type.String()),
        name: Type.Array(Type.String()),
        site: Type.Array(Type.Integer({ description: 'index into sites' })),
        kind: Type.Array(oneOf(['host', 'device'])),
        state: Type.Array(oneOf(nodeStates)),
        cpuCores: numbers,
        cpuCoresAllocated: numbers,
        cpuCoresUsed: Type.Array(nullable(Type.Number())),
        memoryBytes: numbers,
        memoryBytesAllocated: numbers,
        gpuMilli: numbers,
        gpuMilliAllocated: numbers,
        workloadCount: Type.Array(Type.Integer()),
      },
      strict,
    ),
  },
  strict,
)
export type Inventory = Static<typeof Inventory>

export const Status = Type.Object(
  {
    version: Type.String(),
    startedAt: Timestamp,
    now: Timestamp,
    instanceId: Type.String(),
    database: Type.Object(
      {
        kind: oneOf(['embedded', 'external']),
        version: Type.String(),
        timescale: Type.Boolean(),
        migration: Type.String(),
      },
      strict,
    ),
    listeners: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          url: Type.String(),
          state: oneOf(['open', 'left-out']),
          reason: nullable(Type.String()),
        },
        strict,
      ),
    ),
    loops: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          owned: Type.Boolean(),
          runs: Type.Integer(),
          failures: Type.Integer(),
          lastMs: nullable(Type.Number()),
          lastError: nullable(Type.String()),
          lastAt: nullable(Timestamp),
        },
        strict,
      ),
    ),
    demo: Type.Boolean(),
  },
  strict,
)
export type Status = Static<typeof Status>
