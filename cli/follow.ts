/** Waiting for an operation, with its progress in sight. */
import { type Operation, operationEnded } from '@orrery/api/operation.ts'
import type { Cli } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { pause } from './pause.ts'
import { progressLine } from './progress.ts'
import { call } from './request.ts'
import { numberShow } from './quantity.ts'
import { kebab } from './words.ts'

const pollMs = 500

/** Resolves to the operation once it has ended. Ctrl-C stops the waiting, not the operation. */
export async function operationFollow(cli: Cli, id: string, quiet: boolean): Promise<Operation> {
  const connection = await cli.connection()
  let line: ReturnType<typeof progressLine> | undefined
  try {
    for (;;) {
      const operation = await call(cli, 'operationView', { ref: id }, { connection })
      line ??= progressLine(cli.io, operation.kind, quiet)
      line.show({ done: operation.done, total: operation.total, note: noteOf(operation) })
      if (operationEnded.includes(operation.state)) return operation
      await pause(pollMs, cli.io.signal)
    }
  } finally {
    line?.end()
    if (cli.io.signal.aborted)
      cli.note(
        `The operation goes on: \`orrery operation wait ${id}\` follows it again, \`orrery operation cancel ${id}\` stops it.`,
      )
  }
}

/** What it does now, in its own words; else the numbers it has so far. */
function noteOf(operation: Operation): string {
  return operation.note ?? numbersOf(operation)
}

function numbersOf({ output }: Operation): string {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return ''
  const numbers = Object.entries(output).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  )
  return numbers.map(([name, value]) => `${kebab(name).replaceAll('-', ' ')} ${numberShow(value)}`).join(', ')
}

/** Says how it ended; the exit code that goes with it. */
export function operationEnd(cli: Cli, operation: Operation): number {
  const { green, red } = cli.colors
  if (operation.state === 'succeeded') {
    const numbers = numbersOf(operation)
    cli.note(`${green('succeeded')}: ${operation.kind}${numbers === '' ? '' : ` (${numbers})`}`)
    return exitCodes.ok.code
  }
  cli.io.err.write(
    `${red(operation.state)}: ${operation.kind}${operation.error === null ? '' : `: ${operation.error}`}\n`,
  )
  return exitCodes.unsuccessful.code
}
