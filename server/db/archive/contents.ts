/** What a schema holds, as its catalogue says: what a backup must carry and a restore must find. */
import type pg from 'pg'
import { escapeIdentifier } from 'pg'

export type ArchiveColumn = { name: string; type: string }
export type ArchivePartition = { name: string; bound: string }
/** `partitions` are the direct ones of a partitioned table; its rows are copied through the table itself. */
export type ArchiveTable = { name: string; columns: ArchiveColumn[]; partitions: ArchivePartition[] }
/** `value` is the sequence's last value as a decimal text; it may pass 2^53. */
export type ArchiveSequence = { name: string; value: string; called: boolean }
export type Contents = {
  /** The newest migration, or null in a schema without migrations. */
  schemaVersion: string | null
  tables: ArchiveTable[]
  sequences: ArchiveSequence[]
}

/** Where migrators keep their own record: not data, the target has its own. */
const migrationTables = ['migration', 'migration_lock', 'kysely_migration', 'kysely_migration_lock']

export function qualified(schema: string, name: string): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`
}

/** Makes texts independent of how the server and the role are set up. Call inside the transaction. */
export async function sessionPlain(client: pg.ClientBase): Promise<void> {
  await client.query(`set local timezone = 'UTC'`)
  await client.query(`set local datestyle = 'ISO, YMD'`)
  await client.query(`set local intervalstyle = 'postgres'`)
  await client.query(`set local bytea_output = 'hex'`)
  await client.query('set local extra_float_digits = 1')
  await client.query(`set local client_encoding = 'UTF8'`)
  // A big table takes what it takes; the caller's signal is the limit.
  await client.query('set local statement_timeout = 0')
  await client.query(`set local idle_in_transaction_session_timeout = '10min'`)
}

/** Call inside a transaction with one snapshot, as its first read. */
export async function contentsView(client: pg.ClientBase, schema: string): Promise<Contents> {
  const schemaVersion = await schemaVersionView(client, schema)
  return {
    schemaVersion,
    tables: await tableList(client, schema),
    sequences: await sequenceList(client, schema),
  }
}

async function schemaVersionView(client: pg.ClientBase, schema: string): Promise<string | null> {
  for (const name of ['migration', 'kysely_migration']) {
    const found = await client.query<{ ok: boolean }>('select to_regclass($1) is not null as ok', [
      qualified(schema, name),
    ])
    if (found.rows[0]?.ok !== true) continue
    const newest = await client.query<{ name: string | null }>(
      `select max(name) as name from ${qualified(schema, name)}`,
    )
    return newest.rows[0]?.name ?? null
  }
  return null
}

async function tableList(client: pg.ClientBase, schema: string): Promise<ArchiveTable[]> {
  const { rows } = await client.query<ArchiveTable>(
    `select c.relname as name,
            (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
                             order by a.attnum), '[]')
               from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
            (select coalesce(json_agg(json_build_object('name', p.relname, 'bound', pg_get_expr(p.relpartbound, p.oid))
                             order by p.relname), '[]')
               from pg_inherits i join pg_class p on p.oid = i.inhrelid
              where i.inhparent = c.oid and p.relispartition and p.relkind = 'r') as partitions
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all ($2)
        and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by c.relname collate "C"`,
    [schema, migrationTables],
  )
  return rows
}

/**
 * A sequence is read after the snapshot was taken, so it is at or past every value that the snapshot shows.
 */
async function sequenceList(client: pg.ClientBase, schema: string): Promise<ArchiveSequence[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind = 'S' order by c.relname collate "C"`,
    [schema],
  )
  const sequences: ArchiveSequence[] = []
  for (const { name } of rows) {
    const at = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from ${qualified(schema, name)}`,
    )
    if (at.rows[0] !== undefined) sequences.push({ name, ...at.rows[0] })
  }
  return sequences
}
