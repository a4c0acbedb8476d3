import { type Migration, type MigrationProvider, Migrator, sql as raw } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Db } from './database.ts'
import { sql as inventory } from './migrations/0001-inventory.ts'
import { sql as record } from './migrations/0002-record.ts'
import { sql as placement } from './migrations/0003-placement.ts'
import { sql as loops } from './migrations/0004-loops.ts'
import { sql as attemptNode } from './migrations/0005-attempt-node.ts'
import { sql as run } from './migrations/0006-run.ts'
import { sql as agent } from './migrations/0007-agent.ts'
import { sql as policyNetwork } from './migrations/0008-policy-network.ts'
import { sql as runScenario } from './migrations/0009-run-scenario.ts'

/** Forward only, in this order. A number, once released, is never edited: add the next one. */
const files: Record<string, string> = {
  '0001-inventory': inventory,
  '0002-record': record,
  '0003-placement': placement,
  '0004-loops': loops,
  '0005-attempt-node': attemptNode,
  '0006-run': run,
  '0007-agent': agent,
  '0008-policy-network': policyNetwork,
  '0009-run-scenario': runScenario,
}

const provider: MigrationProvider = {
  async getMigrations() {
    return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, migration(text)]))
  },
}

function migration(text: string): Migration {
  return {
    async up(db) {
      // A table of a hundred million rows takes longer than any statement of the server may.
      await raw`set local statement_timeout = 0`.execute(db)
      await raw.raw(text).execute(db)
    },
  }
}

/** The migration that every database of ours has. */
export const migrationFirst = '0001-inventory'

/** The newest migration this program knows. */
export const migrationNewest = Object.keys(files).toSorted().at(-1) ?? 'none'

/** Brings the schema up to date under the migrator's lock; returns what was applied. Many servers may call it at once. */
export async function migrate(db: Db, schema: string): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider,
    migrationTableSchema: schema,
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) {
    throw new OrreryError('unavailable', `The database could not be migrated: ${describe(error)}`, {
      cause: error,
    })
  }
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The names of everything the migrations create, for whoever takes it all away again. */
export function schemaNames(): { tables: string[]; functions: string[] } {
  const text = Object.values(files).join('\n')
  const names = (what: string) =>
    [...text.matchAll(new RegExp(`create ${what} (\\w+)`, 'g'))].map((match) => match[1] ?? '')
  return {
    tables: [...names('table'), 'migration', 'migration_lock'].toReversed(),
    functions: names('function'),
  }
}
