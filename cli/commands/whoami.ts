import type { Session } from '@orrery/api/principal.ts'
import { type Command, jsonFlag, quietFlag } from '../command.ts'
import { request } from '../request.ts'

export const whoamiCommand: Command = {
  words: ['whoami'],
  summary: 'who you are to the server',
  examples: ['orrery whoami', 'orrery whoami --json'],
  flags: [jsonFlag, quietFlag],
  async run(cli, given) {
    const text = await request(cli, 'sessionView', {})
    if (given.on('json') === true) {
      cli.print(text)
      return
    }
    // The server serialises from the Session schema.
    const me = JSON.parse(text) as Session
    if (given.on('quiet') === true) {
      cli.print(me.principal.name)
      return
    }
    const { url } = await cli.connection()
    const until = me.expiresAt === null ? '' : `, until ${me.expiresAt}`
    cli.print(`${me.principal.name} (${me.role}) at ${url}${until}`)
  },
}
