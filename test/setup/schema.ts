/** A schema of one's own in the run's database, migrated; dropped at the end. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Database, databaseOpen } from '@orrery/server/db/database.ts'
import { migrate } from '@orrery/server/db/migrate.ts'
import { inject } from 'vitest'

export type TestDatabase = Database & { drop(): Promise<void> }

export function databaseUrl(): string {
  return inject('databaseUrl')
}

export async function schemaCreate(): Promise<string> {
  const schema = `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`
  await once(`create schema ${schema}`)
  return schema
}

export async function schemaDrop(schema: string): Promise<void> {
  await once(`drop schema if exists ${schema} cascade`)
}

async function once(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl() })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** A database of one's own in the run's cluster, empty: for tests that break every connection to it. */
export async function databaseOfOwn(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`
  await once(`create database ${name} template template0`)
  const url = new URL(databaseUrl())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => databaseDrop(name) }
}

/** Autovacuum may be at work in it, which only a superuser may send away: then it is waited for. */
async function databaseDrop(name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(`drop database if exists ${name} with (force)`)
    } catch (error) {
      const isBusy =
        error instanceof Error && 'code' in error && (error.code === '42501' || error.code === '55006')
      if (!isBusy || attempt === 100) throw error
      await sleep(200)
    }
  }
}

/** Ends every other connection to that database, as a restart would. */
export async function connectionsBreak(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'breaker' })
  await client.connect()
  try {
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`)
  } finally {
    await client.end()
  }
}

export async function testDatabase(): Promise<TestDatabase> {
  const schema = await schemaCreate()
  const database = databaseOpen({ connectionString: databaseUrl(), schema, connectionsMax: 8 }, (error) => {
    throw error
  })
  await migrate(database.db, schema)
  return {
    ...database,
    async drop() {
      await database.close()
      await schemaDrop(schema)
    },
  }
}
