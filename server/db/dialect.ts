/**
 * Kysely's PostgreSQL, with a narrower look at the catalogue. Its own introspector resolves the name of every column of
 * every schema, which fails when somebody drops a table of another schema meanwhile; the migrator, its only user here,
 * asks no more than which schemas and tables there are.
 */
import {
  type DatabaseIntrospector,
  type DatabaseMetadata,
  type Kysely,
  PostgresDialect,
  type SchemaMetadata,
  type TableMetadata,
  sql,
} from 'kysely'

export class NarrowPostgresDialect extends PostgresDialect {
  // Kysely hands every dialect a database of unknown tables.
  // oxlint-disable-next-line typescript/no-explicit-any
  override createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    const getTables = () => tables(db)
    return {
      getSchemas: () => schemas(db),
      getTables,
      getMetadata: async (): Promise<DatabaseMetadata> => ({ tables: await getTables() }),
    }
  }
}

async function schemas(db: Kysely<unknown>): Promise<SchemaMetadata[]> {
  const { rows } = await sql<SchemaMetadata>`select nspname as name from pg_namespace`.execute(db)
  return rows
}

async function tables(db: Kysely<unknown>): Promise<TableMetadata[]> {
  const { rows } = await sql<{ name: string; schema: string }>`select c.relname as name, n.nspname as schema
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')`.execute(db)
  return rows.map((row) => ({ ...row, isView: false, isForeign: false, columns: [] }))
}
