import type { Event } from '@orrery/api/event.ts'
import { cellShow } from '../cell.ts'
import { type Cli, type Command, jsonFlag } from '../command.ts'
import { eventsFollow } from '../event-stream.ts'
import { UsageError } from '../exit-code.ts'
import { printable } from '../table.ts'

export const watchCommand: Command = {
  words: ['watch'],
  summary: 'events as they happen, until Ctrl-C',
  description:
    'A cut connection is taken up again after the last event that came: none is missed, none comes twice. With --json, one event to a line.',
  examples: [
    'orrery watch',
    'orrery watch --filter kind:workload',
    'orrery watch --json | jq -r .verb',
    'orrery watch --filter "verb:plan.create" --count 1   # wait for one',
  ],
  flags: [
    { name: 'filter', value: 'TEXT', description: 'only events that match, as `kind:node verb:node.drain`' },
    { name: 'after', value: 'CURSOR', description: 'begin after this event instead of now' },
    { name: 'count', short: 'n', value: 'N', description: 'end after so many' },
    jsonFlag,
  ],
  async run(cli, given) {
    let left = countOf(given.text('count'))
    const filter = given.text('filter')
    const from = given.text('after')
    if (cli.io.err.isTty) cli.note(cli.colors.dim('Events as they happen; Ctrl-C ends it.'))
    await eventsFollow(cli, {
      ...(filter === undefined ? {} : { filter }),
      ...(from === undefined ? {} : { from }),
      onEvent: (event, text) => {
        cli.print(given.on('json') === true ? text : eventLine(cli, event))
        left -= 1
        return left > 0
      },
    })
  },
}

function countOf(text: string | undefined): number {
  if (text === undefined) return Infinity
  if (!/^[1-9][0-9]*$/.test(text))
    throw new UsageError(`--count must be a whole number from 1; got '${text}'`)
  return Number(text)
}

export function eventLine(cli: Cli, event: Event): string {
  const { dim, bold, cyan } = cli.colors
  const subject = event.subjectName ?? event.subjectId ?? ''
  const words = [dim(cellShow(event.at, 'at')), cyan(event.verb.padEnd(20)), bold(printable(subject))]
  if (event.actorName !== null) words.push(dim(`by ${printable(event.actorName)}`))
  if (event.reason !== null) words.push(printable(event.reason))
  return words.join('  ')
}
