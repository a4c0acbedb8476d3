import { exitCodes } from './exit-code.ts'
import { upFlags } from './up-flags.ts'

/** `orrery help TOPIC`. */
export const helpTopics: Record<string, (program: string) => string> = {
  'exit-codes': exitCodesHelp,
  environment: environmentHelp,
  filters: filtersHelp,
}

function exitCodesHelp(): string {
  const rows = Object.values(exitCodes).map(({ code, when }) => `  ${String(code).padStart(3)}  ${when}`)
  return `Exit codes

${rows.join('\n')}
  143  stopped with SIGTERM before it was done

A server that was up and is told to stop has done what it was asked to: it closes in order and ends
with 0, as systemd and containers expect.

Called as envcli or envserver, the codes are those of the original tool: 0, 1 for a wrong command
line, and 255 for everything else.
`
}

const environment: readonly (readonly [string, string])[] = [
  ['ORRERY_URL', 'the server to talk to'],
  ['ORRERY_TOKEN', 'the token to speak with, instead of the one that was kept at sign-in'],
  ['XDG_CONFIG_HOME', 'where the session file is: $XDG_CONFIG_HOME/orrery/session.json, mode 0600'],
  ['NO_COLOR', 'set to anything: no colours'],
  ['FORCE_COLOR', 'set to 1: colours where there is no terminal too'],
  ['ENVSERVER_HOST, ENVSERVER_PORT', 'hosts and vms talk to the envserver there'],
  ['ENVSERVER_TLS', 'true: https; false: http; unset: http on this machine, else https unless --insecure'],
  ['ENVSERVER_DB_HOST, _USER, _PASSWORD', 'server and database: the PostgreSQL to use'],
  ['ENVSERVER_DB_PORT, ENVSERVER__DB_PORT', 'its port, in either spelling'],
  ['DATABASE_URL', 'the PostgreSQL (15 or newer) of up, server and database, instead of the embedded one'],
  ['ML_HOST, ML_PORT', 'server: asked first by the external scheduler'],
]

function environmentHelp(): string {
  const own = upFlags.map((flag): readonly [string, string] => [flag.env, `the same as --${flag.name}`])
  const rows = [...environment, ...own].map(([name, text]) => `  ${name.padEnd(38)}  ${text}`)
  return `Environment variables. A flag goes over its variable.\n\n${rows.join('\n')}\n`
}

function filtersHelp(program: string): string {
  return `Filters, for --filter of every list and of watch

  state:running            a field is a value
  -site:lab                a field is not a value
  capacity.cpuCores>16     a number is larger; < for smaller
  web                      a word in any text of a row

Terms stand beside each other with a space; all must hold.

  $ ${program} node list --filter "state:ready -site:lab capacity.cpuCores>16"
  $ ${program} workload list --filter "state:pending train" --sort -demand.cpuCores
`
}
