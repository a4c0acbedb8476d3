import type { RawBuilder } from 'kysely'
import type { Database } from './database.ts'

/**
 * Runs a hot statement outside any transaction as a named prepared one, so that a connection parses and plans it once.
 * The name stands for one text: whoever changes the text between calls must change the name.
 */
export async function prepared<Row extends object>(
  database: Pick<Database, 'db' | 'pool'>,
  name: string,
  query: RawBuilder<Row>,
): Promise<Row[]> {
  const { sql: text, parameters } = query.compile(database.db)
  const { rows } = await database.pool.query<Row>({ name, text, values: [...parameters] })
  return rows
}
