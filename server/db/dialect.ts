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
  type PostgresPool,
  type PostgresPoolClient,
  type SchemaMetadata,
  type TableMetadata,
  sql,
} from 'kysely'
import type pg from 'pg'

export class NarrowPostgresDialect extends PostgresDialect {
  constructor(pool: pg.Pool) {
    super({ pool: poolByCallback(pool) })
  }

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

/**
 * The pool as Kysely asks for it, whose queries answer through a callback. Of a query without one node-postgres makes a
 * promise whose callback holds the query that holds it, and V8's young collections keep such rings until the next full
 * one: with them all the rows ever read, which every pause then copies. https://github.com/brianc/node-postgres
 */
function poolByCallback(pool: pg.Pool): PostgresPool {
  // Kysely knows its connections by these objects, so each stands for one connection for as long as that lasts.
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await pool.connect()
      const connection = known.get(client) ?? connectionByCallback(client)
      known.set(client, connection)
      return connection
    },
    end: () => pool.end(),
  }
}

function connectionByCallback(client: pg.PoolClient): PostgresPoolClient {
  function query(text: string, values: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      client.query(text, [...values], (error: Error | null, answer) =>
        error === null ? resolve(answer) : reject(error),
      )
    })
  }
  return {
    query: query as PostgresPoolClient['query'], // cursors, its other form, are not used
    release: () => client.release(),
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
