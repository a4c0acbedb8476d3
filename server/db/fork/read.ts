/**
 * The inventory of one instant, read in one snapshot on a connection of its own into the form that a simulation starts
 * from. Rows are read as they come and kept in columns, so that a hundred thousand workloads take a tenth of a second.
 */
import type { NodeId } from '@orrery/api/id.ts'
import type { PlannerNode, PlannerSite } from '@orrery/core/inventory/model.ts'
import { inventoryReserveMany } from '@orrery/core/inventory/reserve.ts'
import { targetOf } from '@orrery/core/inventory/target.ts'
import { inventoryCreate } from '@orrery/core/inventory.ts'
import type { ForkStart, ForkTask } from '@orrery/core/twin/fork.ts'
import { type Ask, devicesOf } from '@orrery/core/twin/simulation/tasks.ts'
import type pg from 'pg'
import { type Asks, asksCreate } from './asks.ts'
import { type RowReader, copyOut } from './copy-out.ts'
import { nodesStatement, sitesStatement, workloadsStatement } from './statements.ts'
import { type StandingColumns, standingColumns } from './standing.ts'
import { bytesCreate } from './bytes.ts'
import { type UuidIndex, type UuidTexts, uuidIndexCreate, uuidText, uuidTextsCreate } from './uuid-index.ts'

export type LiveFork = ForkStart & {
  /** the instant whose inventory it is, RFC 3339 */
  at: string
  /** 16 bytes for each workload that runs */
  runningIds: Uint8Array
}

/** `at` null: the present. The connection is the caller's; nothing else may use it meanwhile. */
export async function forkRead(client: pg.Client, at: string | null): Promise<LiveFork> {
  await client.query('begin isolation level repeatable read read only')
  try {
    return await read(client, at)
  } finally {
    await client.query('rollback')
  }
}

async function read(client: pg.Client, at: string | null): Promise<LiveFork> {
  const clock = await client.query<{ at: string }>('select clock_timestamp() as at')
  const sites = await client.query<PlannerSite>(sitesStatement(at))
  const nodes: PlannerNode[] = []
  const nodeIds = bytesCreate(16 * 1024)
  const siteId = uuidTextsCreate()
  await copyOut(client, nodesStatement(at), (fields) => {
    nodeIds.add(fields.bytes, fields.uuid(), 16)
    nodes.push(nodeRead(fields, uuidText(nodeIds.all(), 16 * nodes.length) as NodeId, siteId))
  })
  const asks = asksCreate()
  const standing = standingColumns()
  const waiting: Waiting[] = []
  const nodeIndex = uuidIndexCreate(nodeIds.all())
  const workloadsRead = copyOut(client, workloadsStatement(at), (fields) =>
    workloadRead(fields, { asks, standing, waiting, nodeIndex }),
  )
  // Made while the database works.
  const inventory = inventoryCreate(sites.rows, nodes, [])
  await workloadsRead
  const columns = standing.columns()
  inventoryReserveMany(inventory, asks.list, columns, (index) => devicesOf(columns, index))
  const inLine = waiting.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
  inventory.target = targetOf(askCounts(asks.list, [columns.ask, inLine.map((each) => each.ask)]))
  const runningIds = standing.ids()
  return {
    at: at ?? clock.rows[0]?.at ?? '',
    inventory,
    runningIds,
    running: {
      ...columns,
      asks: asks.list,
      remainingSeconds: new Float64Array(columns.ask.length).fill(Number.POSITIVE_INFINITY),
      nameOf: (index) => uuidText(runningIds, index * 16),
    },
    tasks: inLine.map((each): ForkTask => ({
      ...taskOf(each, asks.list),
      arrivalSeconds: 0,
      departureSeconds: null,
    })),
  }
}

function taskOf(
  { id, name, ask }: Waiting,
  asks: readonly Ask[],
): Pick<ForkTask, 'id' | 'name' | 'demand' | 'constraints'> {
  const asked = asks[ask]
  if (asked === undefined) throw new Error(`a workload asks for ${ask}, which was not read`)
  return { id, name, demand: asked.demand, constraints: asked.constraints ?? {} }
}

/** A node without what is reserved on it: that follows from who stands there. */
function nodeRead(fields: RowReader, id: NodeId, siteIdOf: UuidTexts): PlannerNode {
  const siteId = siteIdOf(fields.bytes, fields.uuid()) as PlannerNode['siteId']
  const ready = fields.int8() === 1
  const cpuCores = fields.float8()
  const memoryBytes = fields.int8()
  const diskBytes = fields.int8()
  const name = fields.text() ?? ''
  const rest = fields.text()
  const { gpuModels, gpuMilli, capabilities, labels } =
    rest === null ? nodePlain : (JSON.parse(rest) as NodeRest)
  return {
    id,
    name,
    siteId,
    ready,
    capacity: {
      cpuCores,
      memoryBytes,
      diskBytes,
      gpus: gpuMilli.map((milli, index) => ({ model: gpuModels[index] ?? '', milli })),
    },
    allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: [] },
    capabilities,
    labels,
    workloadCount: 0,
  }
}

type NodeRest = {
  gpuModels: string[]
  gpuMilli: number[]
  capabilities: string[]
  labels: Record<string, string>
}
const nodePlain: NodeRest = { gpuModels: [], gpuMilli: [], capabilities: [], labels: {} }

type Waiting = { id: string; name: string; ask: number; priority: number }
type Read = { asks: Asks; standing: StandingColumns; waiting: Waiting[]; nodeIndex: UuidIndex }

function workloadRead(fields: RowReader, { asks, standing, waiting, nodeIndex }: Read): void {
  const id = fields.uuid()
  const node = fields.uuid()
  const cpuCores = fields.float8()
  const memoryBytes = fields.int8()
  const diskBytes = fields.int8()
  const ask = asks.number(cpuCores, memoryBytes, diskBytes, fields.text())
  if (node >= 0) {
    // A node that the snapshot does not have is one of a site that is being taken away; its work counts nowhere.
    const at = nodeIndex.find(fields.bytes, node)
    if (at >= 0) standing.add(fields.bytes, id, at, ask, fields.text())
    return
  }
  const { name, priority } = JSON.parse(fields.text() ?? '{}') as { name: string; priority: number }
  waiting.push({ id: uuidText(fields.bytes, id), name, ask, priority })
}

function askCounts(asks: readonly Ask[], numbers: readonly ArrayLike<number>[]) {
  const counts = new Float64Array(asks.length)
  for (const list of numbers) {
    for (let at = 0; at < list.length; at += 1) {
      const ask = list[at] ?? 0
      counts[ask] = (counts[ask] ?? 0) + 1
    }
  }
  return asks.map(({ demand }, ask) => ({ demand, count: counts[ask] ?? 0 })).filter(({ count }) => count > 0)
}
