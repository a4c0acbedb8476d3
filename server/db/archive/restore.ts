/** Restores a backup (frame.ts) into an empty schema of the same version: all of it in one transaction, or nothing. */
import { Readable, type Readable as Input } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import pg, { escapeIdentifier } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { OrreryError } from '@orrery/api/errors.ts'
import { contentsView, qualified, sessionPlain, type Contents } from './contents.ts'
import { damaged, frameJson, framesRead, rowsIn, truncated, type Frame } from './frame.ts'
import { headerCheck, headerParse } from './header.ts'
import { constraintsLift, partitionsMake, sequencesSet, tablesLock, triggersSilence } from './target.ts'
import type { ArchiveHeader, ArchiveOptions } from './write.ts'

/**
 * @param client a connection of its own, without a transaction
 * @param input the file's bytes
 * @returns rows per table
 * @throws OrreryError `invalid` when the file is cut off, damaged, of another format or of another schema version, and
 * `conflict` when the schema is not empty. Nothing is changed then.
 */
export async function backupRestore(
  client: pg.Client,
  schema: string,
  input: Input,
  options: ArchiveOptions = {},
): Promise<Record<string, number>> {
  const { signal } = options
  const unpack = createGunzip()
  // The pipe's failure comes out of `unpack` as well, where it is awaited.
  const piped = pipeline(input, unpack, signal === undefined ? {} : { signal }).catch(() => {})
  const frames = framesRead(unpack)
  try {
    const header = headerParse(await next(frames))
    await client.query('begin')
    await sessionPlain(client)
    const rows = await transactionFill(client, schema, header, frames, options)
    await client.query('commit')
    return rows
  } catch (error) {
    await client.query('rollback').catch(() => client.end())
    throw translate(error)
  } finally {
    unpack.destroy()
    input.destroy()
    await piped
  }
}

type Frames = AsyncGenerator<Frame, void, void>

async function transactionFill(
  client: pg.Client,
  schema: string,
  header: ArchiveHeader,
  frames: Frames,
  options: ArchiveOptions,
): Promise<Record<string, number>> {
  const target: Contents = await contentsView(client, schema)
  headerCheck(header, target)
  await tablesLock(client, schema, target.tables)
  await partitionsMake(client, schema, header.tables)
  const triggersRestore = await triggersSilence(client, schema)
  const constraintsRestore = await constraintsLift(client, schema)
  const rows: Record<string, number> = {}
  for (;;) {
    const begin = await frames.next()
    // The checksum was right: this was the whole file.
    if (begin.done === true) break
    const name = (frameJson(begin.value) as { name?: unknown }).name
    const table = header.tables.find((each) => each.name === name)
    if (begin.value.kind !== 'T' || table === undefined || rows[table.name] !== undefined) {
      throw damaged('its parts are out of order')
    }
    const progress = (count: number) =>
      options.onProgress?.({
        table: table.name,
        tables: header.tables.length,
        tablesDone: Object.keys(rows).length,
        rows: count,
      })
    const columns = table.columns.map((column) => escapeIdentifier(column.name)).join(', ')
    const copy = client.query(copyFrom(`copy ${qualified(schema, table.name)} (${columns}) from stdin`))
    const end: { rows?: number } = {}
    const data = Readable.from(tableData(frames, end, progress), { objectMode: false })
    try {
      await pipeline(data, copy, options.signal === undefined ? {} : { signal: options.signal })
    } catch (error) {
      throw error instanceof pg.DatabaseError
        ? damaged(`table ${table.name}: ${error.message}`, error)
        : error
    }
    if (copy.rowCount !== end.rows)
      throw damaged(`table ${table.name} has ${copy.rowCount} rows and should have ${end.rows}`)
    rows[table.name] = copy.rowCount
  }
  const missing = header.tables.filter((table) => rows[table.name] === undefined)
  if (missing.length > 0)
    throw damaged(`the rows of ${missing.map((table) => table.name).join(', ')} are missing`)
  await sequencesSet(client, schema, header.sequences)
  await constraintsRestore()
  await triggersRestore()
  return rows
}

/** The data of one table, up to the frame that ends it. */
async function* tableData(
  frames: Frames,
  end: { rows?: number },
  progress: (rows: number) => void,
): AsyncGenerator<Buffer> {
  let count = 0
  for (;;) {
    const frame = await next(frames)
    if (frame.kind === 'D') {
      count += rowsIn(frame.payload)
      progress(count)
      yield frame.payload
      continue
    }
    const { rows } = frameJson(frame) as { rows?: unknown }
    if (frame.kind !== 'E' || typeof rows !== 'number') throw damaged('its parts are out of order')
    end.rows = rows
    return
  }
}

async function next(frames: Frames): Promise<Frame> {
  const { done, value } = await frames.next()
  if (done === true) throw damaged('it ends in the middle of a table')
  return value
}

/** zlib speaks in codes of its own. */
function translate(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code
  if (error instanceof OrreryError || typeof code !== 'string') return error
  if (code === 'Z_BUF_ERROR') return truncated()
  if (code === 'Z_DATA_ERROR' && /incorrect header/.test(String(error))) {
    return new OrreryError('invalid', 'This is not an Orrery backup: it is not a gzip file', { cause: error })
  }
  return code.startsWith('Z_') ? damaged(String((error as Error).message), error) : error
}
