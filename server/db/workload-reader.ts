import { sql } from 'kysely'
import type { Database } from './database.ts'
import { prepared } from './prepared.ts'
import { type WorkloadRow, workloadBase } from './workload.ts'

/**
 * Present workload rows by id. Reads that arrive together are one statement; each sees what was committed before it was
 * asked for.
 */
export type WorkloadReader = { read(id: string): Promise<WorkloadRow | null> }

type Waiting = { resolve: (row: WorkloadRow | null) => void; reject: (error: unknown) => void }

const inFlightMax = 2

export function workloadReaderOpen(database: Pick<Database, 'db' | 'pool'>): WorkloadReader {
  let waiting = new Map<string, Waiting[]>()
  let inFlight = 0
  let scheduled = false

  function pump(): void {
    while (inFlight < inFlightMax && waiting.size > 0) {
      const batch = waiting
      waiting = new Map()
      inFlight += 1
      void read(batch).finally(() => {
        inFlight -= 1
        pump()
      })
    }
  }

  async function read(batch: Map<string, Waiting[]>): Promise<void> {
    try {
      const rows = await prepared(
        database,
        'workload-read',
        sql<WorkloadRow>`select * from (${workloadBase()}) t where t.id = any (${[...batch.keys()]}::uuid[])`,
      )
      const found = new Map(rows.map((row) => [row.id, row]))
      for (const [id, each] of batch) for (const { resolve } of each) resolve(found.get(id) ?? null)
    } catch (error) {
      for (const each of batch.values()) for (const { reject } of each) reject(error)
    }
  }

  return {
    read(id) {
      return new Promise((resolve, reject) => {
        const same = waiting.get(id)
        if (same === undefined) waiting.set(id, [{ resolve, reject }])
        else same.push({ resolve, reject })
        // One turn of the loop later, so that calls that arrived together go together.
        if (scheduled) return
        scheduled = true
        setImmediate(() => {
          scheduled = false
          pump()
        })
      })
    },
  }
}
