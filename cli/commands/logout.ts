import { OrreryError } from '@orrery/api/errors.ts'
import { type Command, quietFlag } from '../command.ts'
import { call } from '../request.ts'
import { sessionPath, sessionRead, sessionRemove } from '../session.ts'

export const logoutCommand: Command = {
  words: ['logout'],
  summary: 'forget the token of this command line',
  description:
    'A token that `orrery login` made for itself is revoked as well; one that you gave it is only forgotten.',
  examples: ['orrery logout'],
  flags: [quietFlag],
  async run(cli) {
    const session = await sessionRead(cli.io.env)
    if (session === null) {
      cli.note('nobody was signed in')
      return
    }
    if (session.tokenId !== null) {
      const { url, token, facades } = session
      try {
        await call(cli, 'tokenDelete', { ref: session.tokenId }, { connection: { url, token, facades } })
      } catch (error) {
        // Signing out must always be possible; the token ends by itself.
        if (!(error instanceof OrreryError)) throw error
        cli.note(`the token could not be revoked (${error.message}); it stays valid until it expires`)
      }
    }
    await sessionRemove(cli.io.env)
    cli.note(`signed out of ${session.url}; removed ${sessionPath(cli.io.env)}`)
  },
}
