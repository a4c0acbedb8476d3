import { type RawBuilder, sql } from 'kysely'
import type { Database, Handle } from './database.ts'
import { attemptsMax, isPassing } from './passing.ts'
import { prepared } from './prepared.ts'
import type { WorkloadTable } from './schema.ts'

export type PlaceItem = {
  workloadId: string
  mode: 'bind' | 'rebind' | 'migrate' | 'unbind'
  nodeId: string | null
  /** the state the workload goes to */
  state: WorkloadTable['state']
  /** devices that the planner chose; taken if they still have room, else the database chooses */
  gpuIndexes?: number[]
  reason: string | null
  actorId: string
  actorName: string
}

export type Placed = {
  outcome:
    | 'ok'
    | 'no_workload'
    | 'no_node'
    | 'wrong_state'
    | 'already_bound'
    | 'not_bound'
    | 'node_state'
    | 'no_capacity'
    | 'anti_affinity'
  detail: string | null
  workloadId: string
  nodeId: string | null
  fromNodeId: string | null
  state: WorkloadTable['state'] | null
}

type PlacedRow = {
  outcome: Placed['outcome']
  detail: string | null
  workload_id: string
  node_id: string | null
  from_node_id: string | null
  state: WorkloadTable['state'] | null
}

/** One call of the placement function in the caller's transaction: capacity, history and event of every item together. */
export async function place(handle: Handle, items: PlaceItem[]): Promise<Placed[]> {
  const { rows } = await placeQuery(items).execute(handle)
  return rows.map(placedOf)
}

/** The same as a transaction of its own, in one round trip. */
export async function placeBatch(
  database: Pick<Database, 'db' | 'pool'>,
  items: PlaceItem[],
): Promise<Placed[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const rows = await prepared(database, 'workload-place', placeQuery(items))
      return rows.map(placedOf)
    } catch (error) {
      // Whoever deletes a node locks in the other order; one of the two is told to try again.
      if (attempt === attemptsMax || !isPassing(error)) throw error
    }
  }
}

function placeQuery(items: PlaceItem[]): RawBuilder<PlacedRow> {
  const column = <T>(of: (item: PlaceItem) => T): T[] => items.map(of)
  return sql<PlacedRow>`select outcome, detail, workload_id, node_id, from_node_id, state from workload_place(
    ${column((item) => item.workloadId)}::uuid[], ${column((item) => item.mode)}::text[], ${column((item) => item.nodeId)}::uuid[],
    ${column((item) => item.state)}::text[], ${column((item) => item.gpuIndexes?.join(',') ?? null)}::text[],
    ${column((item) => item.reason)}::text[], ${column((item) => item.actorId)}::uuid[],
    ${column((item) => item.actorName)}::text[]) order by ord`
}

function placedOf(row: PlacedRow): Placed {
  return {
    outcome: row.outcome,
    detail: row.detail,
    workloadId: row.workload_id,
    nodeId: row.node_id,
    fromNodeId: row.from_node_id,
    state: row.state,
  }
}

export type Placer = { place(item: PlaceItem): Promise<Placed> }

const batchMax = 128
const inFlightMax = 2
const queueMax = 10_000

/**
 * Coalesces concurrent placements into one call and so into one commit. Two batches may be under way at once: while one
 * waits for the disk, the next is worked on. Refuses (by `onFull`) when its queue is full.
 */
export function placerCreate(
  run: (items: PlaceItem[]) => Promise<Placed[]>,
  onPlaced: (placed: Placed[]) => Promise<void>,
  onFull: () => Error,
): Placer {
  type Waiting = { item: PlaceItem; resolve: (placed: Placed) => void; reject: (error: unknown) => void }
  const queue: Waiting[] = []
  let inFlight = 0

  function pump(): void {
    while (inFlight < inFlightMax && queue.length > 0) {
      // Two items of one workload must not share a batch out of order; in one batch they run in order, so that is fine.
      const batch = queue.splice(0, batchMax)
      inFlight += 1
      void settle(batch)
    }
  }

  async function settle(batch: Waiting[]): Promise<void> {
    try {
      const placed = await run(batch.map((waiting) => waiting.item)).finally(() => {
        // The next batch need not wait until everybody here has seen this one.
        inFlight -= 1
        pump()
      })
      await onPlaced(placed)
      batch.forEach((waiting, index) => {
        const answer = placed[index]
        if (answer === undefined) waiting.reject(new Error('the placement function answered too few rows'))
        else waiting.resolve(answer)
      })
    } catch (error) {
      for (const waiting of batch) waiting.reject(error)
    }
  }

  let scheduled = false
  return {
    place(item) {
      if (queue.length >= queueMax) return Promise.reject(onFull())
      return new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject })
        // One turn of the loop later, so that calls that arrived together go together.
        if (!scheduled) {
          scheduled = true
          setImmediate(() => {
            scheduled = false
            pump()
          })
        }
      })
    },
  }
}
