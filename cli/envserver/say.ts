import type { Cli } from '../command.ts'
import { isOriginalName } from '../exit-code.ts'

/**
 * What was done, on stderr. Under the original name in the form its users' scripts and log collectors know
 * (`time="…" level=info msg="Host added" HostId=hostid1`), else as a sentence.
 */
export function say(cli: Cli, message: string, fields: Record<string, string> = {}): void {
  const pairs = Object.entries(fields)
  if (!isOriginalName(cli.io.program)) {
    cli.note(
      pairs.length === 0
        ? message
        : `${message}: ${pairs.map(([key, value]) => `${key} ${value}`).join(', ')}`,
    )
    return
  }
  const time = new Date(cli.io.now()).toISOString().replace(/\.\d+Z$/, 'Z')
  const words = [
    `time="${time}"`,
    'level=info',
    `msg=${quoted(message)}`,
    ...pairs.map(([key, value]) => `${key}=${quoted(value)}`),
  ]
  cli.note(words.join(' '))
}

function quoted(text: string): string {
  return /^[A-Za-z0-9._/@^+-]+$/.test(text) ? text : JSON.stringify(text)
}
