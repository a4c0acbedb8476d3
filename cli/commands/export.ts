import { operationUrl } from '@orrery/api/client.ts'
import type { Cli, Command, Given } from '../command.ts'
import { unreachable } from '../connection.ts'
import { UsageError } from '../exit-code.ts'
import { instantParse } from '../instant.ts'
import { refusalRead } from '../refusal.ts'

const connectMs = 60_000

export const exportCommands: readonly Command[] = [
  {
    words: ['export', 'trace'],
    summary: 'what was recorded in a range, as a file that `orrery import trace` reads',
    examples: [
      'orrery export trace > all.ndjson',
      'orrery export trace --since 24h --until now > day.ndjson',
    ],
    flags: [
      {
        name: 'since',
        value: 'INSTANT',
        description: 'RFC 3339, a date, or how long ago (24h); default: from the beginning',
      },
      { name: 'until', value: 'INSTANT', description: 'default: now' },
    ],
    run: traceExport,
  },
]

/** Handed on piece by piece: a trace may be larger than memory. */
async function traceExport(cli: Cli, given: Given): Promise<void> {
  const query: { since?: string; until?: string } = {}
  for (const name of ['since', 'until'] as const) {
    const text = given.text(name)
    if (text === undefined) continue
    const instant = instantParse(text, cli.io.now())
    if (instant === null)
      throw new UsageError(
        `--${name} must be an instant, as 2026-01-31T12:00:00Z or 24h (ago); got '${text}'`,
      )
    query[name] = instant
  }
  const connection = await cli.connection()
  const connecting = AbortSignal.timeout(connectMs)
  try {
    const response = await fetch(connection.url + operationUrl('traceExport', { query }), {
      headers: connection.token === null ? {} : { authorization: `Bearer ${connection.token}` },
      signal: AbortSignal.any([cli.io.signal, connecting]),
    })
    if (!response.ok) throw await refusalRead(response)
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) cli.io.out.write(decoder.decode(chunk, { stream: true }))
    cli.io.out.write(decoder.decode())
  } catch (cause) {
    if (cause instanceof TypeError || (cause instanceof Error && cause.name === 'TimeoutError')) {
      throw unreachable(connection.url, cause, connectMs)
    }
    throw cause
  }
}
