import { resolve } from 'node:path'
import type { Cli, Given } from './command.ts'
import { databaseUrlOf } from './database-flags.ts'
import { UsageError } from './exit-code.ts'
import type { DatabaseAdmin, DatabaseConfig } from './server-module.ts'

export async function databaseAdmin(): Promise<DatabaseAdmin> {
  return await import('@orrery/server/db/admin.ts')
}

export function databaseConfigOf(cli: Cli, given: Given): DatabaseConfig {
  const { env } = cli.io
  // An empty flag is a script's unset variable: the usual place is not what it meant to drop or to fill.
  if (given.text('data-dir') === '') throw new UsageError('--data-dir must name a folder; it is empty')
  const dataDir = given.text('data-dir') ?? env['ORRERY_DATA_DIR'] ?? ''
  return {
    databaseUrl: databaseUrlOf(given, env),
    dataDir: dataDir === '' ? null : resolve(dataDir),
    onProgress: (line) => cli.note(line),
    signal: cli.io.signal,
  }
}
