import { type Command, type Given, quietFlag } from '../command.ts'
import { databaseFlags, databaseUrlOf } from '../database-flags.ts'
import { UsageError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { portsApart } from '../ports-apart.ts'
import { serverRun } from '../serve.ts'
import { upFlags } from '../up-flags.ts'
import { type UpOptions, optionsRead } from '../up-options.ts'

const taken = new Set(['port', 'facades', 'data-dir'])

/** `server start` under every name; `envserver start` is the same. */
export function serverCommands(program: string): Command[] {
  const start: Command = {
    words: ['server', 'start'],
    summary: 'start the server with the envserver facade, in the foreground',
    description:
      'The same as `orrery up --facades envserver` (with --one: envserver,external-scheduler). --port is the port of the envserver facade, 50080 by default; --api-port is that of the API and the console. The database is made when it is not there, with or without --initdb.',
    examples: ['orrery server start', 'orrery server start --initdb --one --port 50080'],
    flags: [
      { name: 'initdb', description: 'accepted; the database is always made ready' },
      { name: 'one', description: 'the external scheduler for OpenNebula too, on port 4567' },
      { name: 'port', value: 'N', description: 'of the envserver facade (else ENVSERVER_PORT, else 50080)' },
      {
        name: 'api-port',
        value: 'N',
        description: 'of the API and the console (else ORRERY_PORT, else 8080)',
      },
      ...databaseFlags,
      ...upFlags.filter((flag) => !taken.has(flag.name)),
      quietFlag,
    ],
    run: (cli, given) => serverRun(cli, serverOptions(cli.io.env, given)),
  }
  return program === 'envserver'
    ? [start, { ...start, words: ['start'], examples: ['envserver start', 'envserver start --initdb --one'] }]
    : [start]
}

export function serverOptions(env: Io['env'], given: Given): UpOptions {
  const options = optionsRead(withPort(given), env)
  const port = given.text('port') ?? (env['ENVSERVER_PORT'] === '' ? undefined : env['ENVSERVER_PORT'])
  const facadeAddresses = { ...options.facadeAddresses }
  if (port !== undefined) {
    if (!/^[0-9]+$/.test(port) || Number(port) > 65_535)
      throw new UsageError(`--port must be a port, 0 to 65535; got '${port}'`)
    facadeAddresses.envserver ??= { address: options.listen, port: Number(port) }
  }
  const result: UpOptions = {
    ...options,
    facades: given.on('one') === true ? ['envserver', 'external-scheduler'] : ['envserver'],
    facadeAddresses,
    databaseUrl: databaseUrlOf(given, env) ?? options.databaseUrl,
  }
  portsApart(result)
  return result
}

/** What `up` calls --port is --api-port here, where --port is the facade's. */
function withPort(given: Given): Given {
  const named = (name: string): string => (name === 'port' ? 'api-port' : name)
  return { ...given, text: (name) => given.text(named(name)), texts: (name) => given.texts(named(name)) }
}
