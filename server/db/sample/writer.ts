import pg from 'pg'
import { OrreryError } from '@orrery/api/errors.ts'
import { type Database, connectionConfig } from '../database.ts'
import { samplesCopy } from './copy.ts'

/**
 * Group commit for samples: everything that waits goes into one COPY and one commit, and each writer is told once its
 * rows are durable. Single samples and batches of thousands share it.
 */
export type SampleWriter = {
  /** Rows in binary COPY form (see block.ts); resolves when they are committed. */
  write(rows: Buffer, count: number): Promise<void>
  close(): Promise<void>
}

type Waiting = { rows: Buffer; count: number; resolve: () => void; reject: (error: unknown) => void }

const connections = 2
/** A second COPY at once pays for much only: a few rows are better gathered while the first one commits. */
const secondBytesMin = 64 * 1024
const copyBytesMax = 8 * 1024 * 1024
const queueBytesMax = 128 * 1024 * 1024
const copyWithinMs = 150_000

export function sampleWriterOpen(database: Database, table = 'sample'): SampleWriter {
  let queue: Waiting[] = []
  let queueBytes = 0
  let closing = false
  const idle = new Set<Promise<void>>()
  let free = connections
  const clients: pg.Client[] = []

  async function connection(): Promise<pg.Client> {
    const kept = clients.pop()
    if (kept !== undefined) return kept
    const client = new pg.Client(connectionConfig({ ...database, applicationName: 'orrery samples' }))
    // A broken connection fails the COPY that runs on it; here it must only not end the process.
    client.on('error', () => discard(client))
    await client.connect()
    return client
  }

  function discard(client: pg.Client): void {
    const index = clients.indexOf(client)
    if (index >= 0) clients.splice(index, 1)
  }

  function take(): Waiting[] {
    let bytes = 0
    let count = 0
    while (
      count < queue.length &&
      (count === 0 || bytes + (queue[count]?.rows.length ?? 0) <= copyBytesMax)
    ) {
      bytes += queue[count]?.rows.length ?? 0
      count += 1
    }
    queueBytes -= bytes
    if (count === queue.length) {
      const all = queue
      queue = []
      return all
    }
    return queue.splice(0, count)
  }

  async function copy(batch: Waiting[]): Promise<void> {
    let client: pg.Client | null = null
    let late: NodeJS.Timeout | undefined
    try {
      const open = await connection()
      client = open
      // The database ends a COPY after its statement_timeout; this is for one that does not answer any more.
      late = setTimeout(() => void open.end(), copyWithinMs)
      await samplesCopy(
        open,
        table,
        batch.map((waiting) => waiting.rows),
      )
      clients.push(open)
      for (const waiting of batch) waiting.resolve()
    } catch (error) {
      await client?.end().catch(() => undefined)
      // A refusal of the database's undoes all; when the connection broke, it may have been after the commit.
      const message =
        error instanceof pg.DatabaseError
          ? 'The samples could not be stored; none of this call were. Send them again.'
          : 'The database went away; whether the samples of this call were stored is not known. Send them again.'
      const refused = new OrreryError('unavailable', message, { cause: error })
      for (const waiting of batch) waiting.reject(refused)
    } finally {
      clearTimeout(late)
    }
  }

  function pump(): void {
    while (free > 0 && queue.length > 0 && (free === connections || queueBytes >= secondBytesMin)) {
      free -= 1
      const work = copy(take()).finally(() => {
        free += 1
        idle.delete(work)
        pump()
      })
      idle.add(work)
    }
  }

  let scheduled = false
  return {
    write(rows, count) {
      if (closing)
        return Promise.reject(
          new OrreryError('unavailable', 'The server is shutting down. Send the samples again.'),
        )
      if (queueBytes + rows.length > queueBytesMax) {
        return Promise.reject(
          new OrreryError(
            'limit',
            'Samples arrive faster than they can be stored. Slow down and send again.',
          ),
        )
      }
      queueBytes += rows.length
      return new Promise((resolve, reject) => {
        queue.push({ rows, count, resolve, reject })
        if (!scheduled) {
          scheduled = true
          setImmediate(() => {
            scheduled = false
            pump()
          })
        }
      })
    },
    async close() {
      closing = true
      while (queue.length > 0 || idle.size > 0) {
        pump()
        await Promise.all(idle)
      }
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}
