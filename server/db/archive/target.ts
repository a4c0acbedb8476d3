/** Makes the schema ready to be filled, and whole again afterwards. Everything here runs inside the one transaction. */
import type pg from 'pg'
import { escapeIdentifier, escapeLiteral } from 'pg'
import { OrreryError } from '@orrery/api/errors.ts'
import { qualified, type ArchiveSequence, type ArchiveTable } from './contents.ts'
import { damaged } from './frame.ts'

/** @throws OrreryError `conflict` when a table has rows */
export async function tablesLock(
  client: pg.ClientBase,
  schema: string,
  tables: ArchiveTable[],
): Promise<void> {
  const names = tables.map(({ name }) => qualified(schema, name))
  if (names.length === 0) return
  await client.query(`lock table ${names.join(', ')} in access exclusive mode`)
  const filled: string[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ any: boolean }>(
      `select exists (select from ${qualified(schema, name)}) as any`,
    )
    if (rows[0]?.any === true) filled.push(name)
  }
  if (filled.length === 0) return
  throw new OrreryError(
    'conflict',
    `A backup is restored into an empty database only, and here ${filled.slice(0, 5).join(', ')} ` +
      `${filled.length === 1 ? 'has' : 'have'} rows: drop and create the database first`,
  )
}

const value = `(?:'(?:[^'\\\\]|'')*'|-?[\\d.]+|MINVALUE|MAXVALUE|NULL|true|false)`
const values = `\\(${value}(?:, ${value})*\\)`
/** What PostgreSQL prints for a bound, and nothing else: it comes out of a file and goes into a statement. */
const boundPattern = new RegExp(
  `^(?:DEFAULT|FOR VALUES (?:FROM ${values} TO ${values}|IN ${values}|WITH \\(modulus \\d+, remainder \\d+\\)))$`,
)

/** Makes the partitions that the backup had and the schema does not have yet. */
export async function partitionsMake(
  client: pg.ClientBase,
  schema: string,
  tables: ArchiveTable[],
): Promise<void> {
  const { rows } = await client.query<{ name: string; partitioned: boolean }>(
    `select c.relname as name, c.relkind = 'p' as partitioned
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1`,
    [schema],
  )
  const existing = new Map(rows.map((row) => [row.name, row.partitioned]))
  for (const table of tables) {
    if (existing.get(table.name) !== true) continue
    for (const { name, bound } of table.partitions) {
      if (existing.has(name)) continue
      if (!boundPattern.test(bound)) throw damaged(`the bound of partition ${name} cannot be read`)
      await client.query(
        `create table ${qualified(schema, name)} partition of ${qualified(schema, table.name)} ${bound}`,
      )
    }
  }
}

/** Sequences go on after the values that the backup used. */
export async function sequencesSet(
  client: pg.ClientBase,
  schema: string,
  sequences: ArchiveSequence[],
): Promise<void> {
  for (const { name, value, called } of sequences) {
    await client.query('select setval($1::text::regclass, $2::int8, $3)', [
      qualified(schema, name),
      value,
      called,
    ])
  }
}

type TriggerRow = { table: string; trigger: string; mode: 'O' | 'A' | 'R' }
const enableWords = { O: 'enable', A: 'enable always', R: 'enable replica' }

/** Rows come back as they were: no trigger of ours may react to them. Returns what brings the triggers back. */
export async function triggersSilence(client: pg.ClientBase, schema: string): Promise<() => Promise<void>> {
  const insert = 4
  const { rows } = await client.query<TriggerRow>(
    `select c.relname as table, t.tgname as trigger, t.tgenabled as mode
       from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and not t.tgisinternal and t.tgparentid = 0 and t.tgenabled <> 'D' and (t.tgtype & ${insert}) <> 0
        and not exists (select from pg_depend d
                         where d.classid = 'pg_proc'::regclass and d.objid = t.tgfoid and d.deptype = 'e')`,
    [schema],
  )
  const set = async ({ table, trigger }: TriggerRow, words: string) => {
    await client.query(
      `alter table ${qualified(schema, table)} ${words} trigger ${escapeIdentifier(trigger)}`,
    )
  }
  for (const row of rows) await set(row, 'disable')
  return async () => {
    for (const row of rows) await set(row, enableWords[row.mode])
  }
}

/**
 * Takes the foreign keys away, so that tables may be filled in any order, also those that point at each other, and
 * returns what checks and makes them again: one pass over each table instead of a look-up per row.
 */
export async function constraintsLift(client: pg.ClientBase, schema: string): Promise<() => Promise<void>> {
  const { rows } = await client.query<{
    table: string
    name: string
    definition: string
    comment: string | null
  }>(
    `select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition,
            obj_description(k.oid, 'pg_constraint') as comment
       from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and k.contype = 'f' and k.conparentid = 0
      order by c.relname, k.conname`,
    [schema],
  )
  for (const { table, name } of rows) {
    await client.query(`alter table ${qualified(schema, table)} drop constraint ${escapeIdentifier(name)}`)
  }
  return async () => {
    for (const { table, name, definition, comment } of rows) {
      const key = `${escapeIdentifier(name)} on ${qualified(schema, table)}`
      await client.query(
        `alter table ${qualified(schema, table)} add constraint ${escapeIdentifier(name)} ${definition}`,
      )
      if (comment !== null) await client.query(`comment on constraint ${key} is ${escapeLiteral(comment)}`)
    }
  }
}
