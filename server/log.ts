import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino, { type DestinationStream, type Logger } from 'pino'
import rotating from 'pino-roll'
import { OrreryError } from '@orrery/api/errors.ts'

export type LogOptions = {
  /** null: standard output */
  directory: string | null
  level: string
  /** level per component, as `feed` or `http` */
  components: Record<string, string>
}

export type Logs = {
  root: Logger
  /** the logger of one component, at its own level */
  component(name: string): Logger
  /** Resolves when every line is written. */
  close(): Promise<void>
}

type Destination = DestinationStream & { close(): Promise<void> }

const fileSizeMax = '20m'
const filesKept = 10
/** What a disk that is full keeps waiting; later lines are left out. */
const unwrittenBytesMax = 16 * 2 ** 20

/** Structured logs: one JSON object a line, on standard output or in rotated files. Secrets never reach them. */
export async function logsOpen(options: LogOptions): Promise<Logs> {
  const destination = options.directory === null ? outputOpen() : await filesOpen(options.directory)
  const root = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]).concat('err.client'),
        censor: redacted,
      },
      hooks: { streamWrite: secretsScrub },
    },
    destination,
  )
  return {
    root,
    component: (name) =>
      root.child({ component: name }, { level: options.components[name] ?? options.level }),
    close: () => destination.close(),
  }
}

const redacted = '[redacted]'
const secretKeys = ['password', 'token', 'secret', 'authorization', 'cookie', 'csrf', 'connectionString']

/**
 * Secrets in the middle of a text, such as a message of the database's or a URL: our own tokens, codes in a query, passwords
 * of addresses, and what follows `Bearer` or `Basic`.
 */
export function secretsScrub(line: string): string {
  return line
    .replace(/orrery_[\w-]{16,}/g, redacted)
    .replace(/([?&#](?:code|token|password|secret)=)[^&\s"'\\]+/gi, `$1${redacted}`)
    .replace(/(:\/\/[^:/?#\s"'\\]*:)[^@/\s"']+@/g, `$1${redacted}@`)
    .replace(/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${redacted}`)
    .replace(/\b(password=)(?:'[^']*'|[^\s"'\\]+)/gi, `$1${redacted}`)
}

function outputOpen(): Destination {
  const output = pino.destination({ dest: 1, sync: false, maxLength: unwrittenBytesMax })
  // As with files: a full disk must not end the server. A pipe that nobody reads any more is no news.
  let isFailing = false
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !isFailing)
      process.stderr.write(`The log could not be written: ${error.message}\n`)
    isFailing = true
  })
  output.on('write', () => {
    isFailing = false
  })
  // At the exit of the process pino writes what is left, again and again until the disk takes it: it would never end.
  const flushSync = output.flushSync.bind(output)
  output.flushSync = () => {
    if (!isFailing) flushSync()
  }
  return {
    write: (line) => output.write(line),
    close: () =>
      new Promise((resolve, reject) => {
        output.flush((error) => (error == null ? resolve() : reject(error)))
      }),
  }
}

function folderReady(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OrreryError(
      'invalid',
      `The log cannot be written to ${directory}, which must be a folder of this user's (${why}). Name another with --log-file.`,
      { cause },
    )
  }
}

async function filesOpen(directory: string): Promise<Destination> {
  folderReady(directory)
  const files = await rotating({
    file: join(directory, 'orrery.log'),
    size: fileSizeMax,
    limit: { count: filesKept, removeOtherLogFiles: true },
    mkdir: true,
    mode: 0o600,
  })
  // A full disk must not end the server: what cannot be logged is said where somebody may see it.
  let open = true
  files.on('error', (error) => process.stderr.write(`The log could not be written: ${error.message}\n`))
  return {
    // The very last words, of what failed while closing.
    write: (line) => void (open ? files.write(line) : process.stderr.write(line)),
    close: () =>
      new Promise((resolve) => {
        open = false
        files.once('close', resolve)
        files.end()
      }),
  }
}
