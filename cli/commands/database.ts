import { type Cli, type Command, type Given, quietFlag } from '../command.ts'
import { databaseConfigOf, databaseAdmin } from '../database-admin.ts'
import { databaseFlags } from '../database-flags.ts'
import { say } from '../envserver/say.ts'
import { exitCodes } from '../exit-code.ts'

export const databaseCommands: readonly Command[] = [
  {
    words: ['database', 'create'],
    summary: 'make the tables',
    description: 'Running it again does no harm. `orrery up` does the same by itself.',
    examples: ['orrery database create', 'orrery database create --dbhost db.example.org --dbuser postgres'],
    flags: [...databaseFlags, quietFlag],
    async run(cli, given) {
      const admin = await databaseAdmin()
      await admin.databaseCreate(databaseConfigOf(cli, given))
      say(cli, 'Database created')
    },
  },
  {
    words: ['database', 'migrate'],
    summary: 'bring the tables up to this version',
    examples: ['orrery database migrate', 'DATABASE_URL=postgres://… orrery database migrate'],
    flags: [...databaseFlags, quietFlag],
    async run(cli, given) {
      const admin = await databaseAdmin()
      await admin.databaseMigrate(databaseConfigOf(cli, given))
      say(cli, 'Database migrated')
    },
  },
  {
    words: ['database', 'drop'],
    summary: 'drop all tables and everything in them',
    description: 'Asks for the word YES on standard input; anything else drops nothing.',
    examples: ['orrery database drop', 'echo YES | orrery database drop --dbhost localhost'],
    flags: [...databaseFlags, quietFlag],
    run: drop,
  },
]

async function drop(cli: Cli, given: Given): Promise<number> {
  const config = databaseConfigOf(cli, given)
  const what = config.databaseUrl === null ? 'the embedded database' : withoutSecret(config.databaseUrl)
  const answer = await cli.io.ask(
    `This drops every table in ${what}, and all that is in them.\nType YES to do it: `,
  )
  if (answer !== 'YES') {
    say(cli, 'Aborting ...')
    return exitCodes.ok.code
  }
  const admin = await databaseAdmin()
  await admin.databaseDrop(config)
  say(cli, 'Database dropped')
  return exitCodes.ok.code
}

function withoutSecret(text: string): string {
  if (!URL.canParse(text)) return 'the database of DATABASE_URL'
  const url = new URL(text)
  return `${url.host}${url.pathname}`
}
