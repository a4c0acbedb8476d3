import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { OrreryError } from '@orrery/api/errors.ts'
import { type Command, quietFlag } from '../command.ts'
import { databaseAdmin, databaseConfigOf } from '../database-admin.ts'
import { databaseFlags } from '../database-flags.ts'

export const backupCommands: readonly Command[] = [
  {
    words: ['backup'],
    summary: 'write the whole database to a file, consistent while the server runs',
    examples: ['orrery backup monday.orrery', 'orrery backup monday.orrery --data-dir /srv/orrery'],
    args: [{ name: 'FILE', required: true, description: 'a new file' }],
    flags: [...databaseFlags, { name: 'force', description: 'replace a file that is there' }, quietFlag],
    async run(cli, given) {
      const file = resolve(given.args[0] ?? '')
      if (existsSync(file) && given.on('force') !== true) {
        throw new OrreryError('conflict', `${file} is there already; --force replaces it`)
      }
      const admin = await databaseAdmin()
      await admin.databaseBackup(databaseConfigOf(cli, given), file)
      cli.note(`backed up to ${file}`)
    },
  },
  {
    words: ['restore'],
    summary: 'fill an empty database with what a backup holds',
    description:
      'All of it or nothing. The database must be empty (`orrery database drop` empties one) and no server may run on it.',
    examples: ['orrery restore monday.orrery', 'orrery restore monday.orrery --data-dir /srv/orrery-2'],
    args: [{ name: 'FILE', required: true, description: 'written by `orrery backup`' }],
    flags: [...databaseFlags, quietFlag],
    async run(cli, given) {
      const file = resolve(given.args[0] ?? '')
      if (!existsSync(file)) throw new OrreryError('not_found', `there is no file ${file}`)
      const admin = await databaseAdmin()
      await admin.databaseRestore(databaseConfigOf(cli, given), file)
      cli.note(`restored from ${file}`)
    },
  },
]
