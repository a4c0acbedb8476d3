import { OrreryError } from '@orrery/api/errors.ts'
import type { Flag, Given } from './command.ts'
import { UsageError } from './exit-code.ts'
import type { Io } from './io.ts'

/** Where a PostgreSQL is, in the words of the original tool. */
export const databaseFlags: readonly Flag[] = [
  {
    name: 'dbhost',
    value: 'HOST',
    description: 'of PostgreSQL; default localhost (ENVSERVER_DB_HOST goes over it)',
  },
  { name: 'dbport', value: 'N', description: 'default 5432 (ENVSERVER_DB_PORT goes over it)' },
  { name: 'dbuser', value: 'USER', description: 'default postgres (or ENVSERVER_DB_USER)' },
  {
    name: 'dbpassword',
    value: 'SECRET',
    description: 'others on this machine can see it: better ENVSERVER_DB_PASSWORD',
  },
  { name: 'data-dir', value: 'DIR', description: 'of the embedded database, when nothing names another' },
]

/** DATABASE_URL in one of the forms that the driver reads; null when it is not set. */
export function databaseUrlOfVariable(env: Io['env']): string | null {
  const text = env['DATABASE_URL'] ?? ''
  if (text === '') return null
  // Beside URLs: the folder of a socket, and a URL with a user and no host, which the standard does not know.
  const isSocket = text.startsWith('/') || text.startsWith('socket:')
  const isUrl =
    /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace('@/', '@host/').replaceAll(' ', '%20'))
  if (isSocket || isUrl) return text
  // It may hold a password: it is not repeated.
  throw new OrreryError(
    'invalid',
    'DATABASE_URL is no URL of a PostgreSQL; write it as postgres://USER:PASSWORD@HOST:5432/DATABASE',
  )
}

/**
 * The URL of the PostgreSQL that the flags or variables name, or null for the embedded one. As in the original tool
 * the variables of host and port go over the flags, and the others stand in for flags that are not given.
 */
export function databaseUrlOf(given: Given, env: Io['env']): string | null {
  const variable = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  const host = variable('ENVSERVER_DB_HOST') ?? given.text('dbhost')
  const port = variable('ENVSERVER_DB_PORT') ?? variable('ENVSERVER__DB_PORT') ?? given.text('dbport')
  const user = given.text('dbuser') ?? variable('ENVSERVER_DB_USER')
  const password = given.text('dbpassword') ?? variable('ENVSERVER_DB_PASSWORD')
  if (host === undefined && port === undefined && user === undefined && password === undefined) {
    return databaseUrlOfVariable(env)
  }
  if (port !== undefined && !(/^[0-9]+$/.test(port) && Number(port) <= 65_535))
    throw new UsageError(`the port of the database must be a number up to 65535; got '${port}'`)
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`
  // The original always uses the database `postgres`.
  return `postgres://${encodeURIComponent(user ?? 'postgres')}${secret}@${host ?? 'localhost'}:${port ?? '5432'}/postgres`
}
