/**
 * Writes a backup of one schema: all of its rows as they were at one instant, while others go on writing. Works on any
 * PostgreSQL from 15 on and needs no program beside it. The format is described in frame.ts.
 */
import { once } from 'node:events'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type pg from 'pg'
import { escapeIdentifier } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { OrreryError } from '@orrery/api/errors.ts'
import {
  contentsView,
  qualified,
  sessionPlain,
  type ArchiveColumn,
  type ArchiveTable,
  type Contents,
} from './contents.ts'
import { formatVersion, frameEncoder, magic, rowsIn } from './frame.ts'

export type ArchiveHeader = Contents & { format: number; createdAt: string; postgres: string }
/** Called after every piece of a table. */
export type ArchiveProgress = (progress: {
  table: string
  tables: number
  tablesDone: number
  rows: number
}) => void
export type ArchiveOptions = { signal?: AbortSignal; onProgress?: ArchiveProgress }

/** Half the time of zlib's default for a few percent of size. */
const gzipLevel = 3

/**
 * @param client a connection of its own, without a transaction; it is ended when the backup fails
 * @param out ended when the backup is complete. A file that did not get that far cannot be restored.
 * @returns rows per table
 */
export async function backupWrite(
  client: pg.Client,
  schema: string,
  out: Writable,
  options: ArchiveOptions = {},
): Promise<Record<string, number>> {
  const rows: Record<string, number> = {}
  try {
    await client.query('begin isolation level repeatable read read only')
    await sessionPlain(client)
    const frames = Readable.from(pieces(client, schema, rows, options.onProgress), { objectMode: false })
    const gzip = createGzip({ level: gzipLevel })
    await pipeline(frames, gzip, out, options.signal === undefined ? {} : { signal: options.signal })
    await client.query('commit')
    return rows
  } catch (error) {
    // A COPY that nobody reads to its end can only be left by closing the connection.
    await ended(client)
    throw error
  }
}

async function* pieces(
  client: pg.Client,
  schema: string,
  rows: Record<string, number>,
  onProgress: ArchiveProgress | undefined,
): AsyncGenerator<Buffer> {
  const contents = await contentsView(client, schema)
  if (contents.tables.length === 0) throw new OrreryError('not_found', `The schema ${schema} holds no tables`)
  const server = await client.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  )
  const header: ArchiveHeader = {
    format: formatVersion,
    createdAt: new Date().toISOString(),
    postgres: server.rows[0]?.version ?? '',
    ...contents,
  }
  const encoder = frameEncoder()
  yield Buffer.from(magic)
  yield encoder.encode('H', header)
  for (const [tablesDone, table] of contents.tables.entries()) {
    yield encoder.encode('T', { name: table.name })
    let count = 0
    for await (const chunk of client.query(copyTo(selectText(schema, table))) as AsyncIterable<Buffer>) {
      count += rowsIn(chunk)
      yield encoder.encode('D', chunk)
      onProgress?.({ table: table.name, tables: contents.tables.length, tablesDone, rows: count })
    }
    yield encoder.encode('E', { rows: count })
    rows[table.name] = count
  }
  yield encoder.end()
}

function selectText(schema: string, { name, columns }: ArchiveTable): string {
  return `copy (select ${columns.map(expression).join(', ')} from ${qualified(schema, name)}) to stdout`
}

/**
 * Transaction ids mean nothing in another cluster, where they may lie in the future and so hide the row from readers
 * who wait for older transactions: they are written as 0, which is before every transaction.
 */
function expression({ name, type }: ArchiveColumn): string {
  return type === 'xid8' ? `'0'::xid8` : escapeIdentifier(name)
}

async function ended(client: pg.Client): Promise<void> {
  const end = once(client, 'end', { signal: AbortSignal.timeout(5_000) }).catch(() => {})
  await client.end()
  await end
}
