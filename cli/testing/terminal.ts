/** Runs a command line in this process as a terminal or a script would, and keeps what it wrote. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Io } from '../io.ts'
import { run } from '../run.ts'

export type Ran = { code: number; out: string; err: string }
export type Terminal = {
  env: Record<string, string | undefined>
  configDir: string
  run(line: string | readonly string[], options?: RunOptions): Promise<Ran>
  close(): void
}
export type RunOptions = {
  program?: string
  env?: Record<string, string>
  /** what standard input holds; lines of it answer questions */
  input?: string
  tty?: boolean
  columns?: number
  signal?: AbortSignal
  onOut?: (text: string) => void
}

export const testNow = Date.parse('2026-01-31T12:00:00Z')

/** A user with an empty home of their own. */
export function terminal(env: Record<string, string> = {}): Terminal {
  const configDir = mkdtempSync(join(tmpdir(), 'orrery-cli-'))
  const own: Record<string, string | undefined> = { XDG_CONFIG_HOME: configDir, ...env }
  return {
    env: own,
    configDir,
    async run(line, options = {}) {
      let out = ''
      let err = ''
      const lines = (options.input ?? '').split('\n')
      const tty = options.tty ?? false
      const columns = tty ? (options.columns ?? 120) : null
      const io: Io = {
        program: options.program ?? 'orrery',
        env: { ...own, ...options.env },
        out: { write: (text) => ((out += text), options.onOut?.(text)), isTty: tty, columns },
        err: { write: (text) => void (err += text), isTty: tty, columns },
        interactive: tty,
        readInput: (limitBytes) =>
          Promise.resolve((options.input ?? '').length > limitBytes ? null : (options.input ?? '')),
        ask: (question) => {
          err += question
          return Promise.resolve(lines.shift() ?? '')
        },
        now: () => testNow,
        hostName: 'lab-1',
        acceptAnyCertificate: () => {},
        runWithoutReader: () => {},
        signal: options.signal ?? new AbortController().signal,
      }
      const code = await run(typeof line === 'string' ? wordsOf(line) : line, io)
      return { code, out, err }
    },
    close: () => rmSync(configDir, { recursive: true, force: true }),
  }
}

/** Words apart by spaces, with double quotes around those that have some. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}
