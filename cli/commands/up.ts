import type { Cli, Command } from '../command.ts'
import { quietFlag } from '../command.ts'
import { serverRun } from '../serve.ts'
import { upFlags } from '../up-flags.ts'
import { upOptions } from '../up-options.ts'

export const upCommand: Command = {
  words: ['up'],
  summary: 'start the server here, with its own PostgreSQL unless DATABASE_URL names one',
  description:
    'Stays in the foreground until Ctrl-C. Signs this user in: `orrery node list` works at once in another terminal. Every flag has a variable (`orrery help environment`); of two that contradict each other the last one counts.',
  examples: [
    'orrery up --demo --facades all',
    'orrery up --data-dir /srv/orrery --facades envserver,external-scheduler',
    'DATABASE_URL=postgres://orrery@db/orrery orrery up --listen 0.0.0.0 --public-url https://orrery.example.org --trust-proxy 10.0.0.0/8',
    'orrery up --facades envserver --facade-address envserver=0.0.0.0:50080 --facade-mode envserver=network:10.0.0.0/8',
  ],
  flags: [...upFlags, quietFlag],
  run: (cli: Cli, given) => serverRun(cli, upOptions(given, cli.io.env)),
}
