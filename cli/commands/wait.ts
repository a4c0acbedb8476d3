import { type Command, jsonFlag, quietFlag } from '../command.ts'
import { operationEnd, operationFollow } from '../follow.ts'

export const waitCommand: Command = {
  words: ['operation', 'wait'],
  summary: 'wait until an operation has ended, with its progress',
  description:
    'Ends with 0 when it succeeded and with 8 when it failed, was cancelled or was interrupted. Ctrl-C ends the waiting, not the operation.',
  examples: [
    'orrery operation wait 0192b1c5-0000-7000-8000-000000000001',
    'orrery operation wait $ID --quiet && echo done',
  ],
  args: [{ name: 'ID', required: true, description: 'id of the operation' }],
  flags: [jsonFlag, quietFlag],
  async run(cli, given) {
    const operation = await operationFollow(cli, given.args[0] ?? '', given.on('quiet') === true)
    if (given.on('json') === true) cli.print(JSON.stringify(operation))
    return operationEnd(cli, operation)
  },
}
