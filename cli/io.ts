import { hostname } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import picocolors from 'picocolors'

/** One of the two streams a command writes to. `columns` is null when it is no terminal. */
export type Sink = { write(text: string): void; isTty: boolean; columns: number | null }

/** Everything a command takes from the process it runs in, so that a test can be that process. */
export type Io = {
  /** the name it was called by: `orrery`, `envcli` or `envserver` */
  program: string
  env: Record<string, string | undefined>
  out: Sink
  err: Sink
  /** true when a person can be asked */
  interactive: boolean
  /** all of standard input, or null when more than `limitBytes` came */
  readInput(limitBytes: number): Promise<string | null>
  /** one line; `secret` is not echoed */
  ask(question: string, options?: { secret?: boolean }): Promise<string>
  /** milliseconds since 1970 */
  now(): number
  hostName: string
  /** for servers whose certificate nobody signed; holds for the rest of the process */
  acceptAnyCertificate(): void
  /** from here on, output that nobody takes is no reason to end: others are served by this process */
  runWithoutReader(): void
  /** aborted by Ctrl-C or SIGTERM, with the signal's name as its reason */
  signal: AbortSignal
}

export type Colors = ReturnType<typeof picocolors.createColors>

/** Colour only on a terminal, never with NO_COLOR (https://no-color.org); FORCE_COLOR asks for it anywhere. */
export function colorsFor(sink: Sink, env: Io['env']): Colors {
  const off = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  const forced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0'
  return picocolors.createColors(!off && (forced || sink.isTty))
}

function sink(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    isTty: stream.isTTY === true,
    // A terminal that does not say how wide it is says 0.
    columns: stream.isTTY === true && stream.columns > 0 ? stream.columns : null,
  }
}

export function processIo(signal: AbortSignal, runWithoutReader: () => void): Io {
  const program = process.env['ORRERY_PROGRAM'] ?? 'orrery'
  return {
    program,
    env: process.env,
    out: sink(process.stdout),
    err: sink(process.stderr),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    readInput,
    ask,
    now: () => Date.now(),
    hostName: hostname(),
    acceptAnyCertificate: () => {
      // Node.js warns about this setting on its own; here it was asked for.
      process.removeAllListeners('warning')
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    },
    runWithoutReader,
    signal,
  }
}

async function readInput(limitBytes: number): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    const part = Buffer.from(chunk as Uint8Array)
    bytes += part.length
    if (bytes > limitBytes) return null
    chunks.push(part)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function ask(question: string, options: { secret?: boolean } = {}): Promise<string> {
  // readline echoes what is typed to its output: a secret gets one that swallows it.
  const swallow = new Writable({ write: (_chunk, _encoding, done) => done() })
  process.stderr.write(question)
  const lines = createInterface({
    input: process.stdin,
    output: options.secret === true ? swallow : process.stderr,
    terminal: process.stdin.isTTY === true,
  })
  try {
    return await new Promise<string>((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(''))
    })
  } finally {
    lines.close()
    if (options.secret === true) process.stderr.write('\n')
  }
}
