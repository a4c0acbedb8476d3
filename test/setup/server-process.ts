/** Starts programs of test/programs as processes of their own and speaks their one-line greeting. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ServerOptions } from '@orrery/server/options.ts'

export type Program<Greeting> = {
  child: ChildProcess
  pid: number
  greeting: Greeting
  /** SIGKILL, and waits until it is gone */
  kill(): Promise<void>
  /** Asks it to end and waits; throws when it ended badly. */
  close(): Promise<void>
}
export type Serving = {
  url: string
  token: string
  listeners: { name: string; url: string; state: 'open' | 'left-out'; reason: string | null }[]
}
export type ServerProcess = Program<Serving> & Serving

const programs = join(import.meta.dirname, '../programs')
const startWithinMs = 60_000

/** Starts `test/programs/<name>.ts` with one JSON argument and waits for the JSON line it begins with. */
export async function programStart<Greeting>(
  name: string,
  argument: object,
  options: { nodeArguments?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Program<Greeting>> {
  const child = spawn(
    process.execPath,
    [...(options.nodeArguments ?? []), join(programs, `${name}.ts`), JSON.stringify(argument)],
    { stdio: ['pipe', 'pipe', 'inherit'], env: options.env ?? process.env },
  )
  const { pid } = child
  if (pid === undefined) throw new Error(`test/programs/${name}.ts did not start`)
  // What is written to a program that has just died fails here; its exit says so better.
  child.stdin.on('error', () => child.stdin.destroy())
  const greeting = await new Promise<Greeting>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`test/programs/${name}.ts said nothing within ${startWithinMs} ms`))
    }, startWithinMs)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`test/programs/${name}.ts ended with ${signal ?? code} before it spoke`))
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{"url":')) {
        process.stderr.write(`${line}\n`)
        return
      }
      clearTimeout(timer)
      resolve(JSON.parse(line) as Greeting)
    })
  })
  const ended = () => child.exitCode !== null || child.signalCode !== null
  return {
    child,
    pid,
    greeting,
    async kill() {
      if (ended()) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    async close() {
      if (!ended()) {
        const exit = once(child, 'exit')
        child.stdin.end()
        child.kill('SIGTERM')
        await exit
      }
      if (child.exitCode !== 0)
        throw new Error(`test/programs/${name}.ts ended with ${child.signalCode ?? child.exitCode}`)
    },
  }
}

/** A whole server in its own process; what is not given is as in test/programs/serve.ts. */
export async function serverProcess(
  options: Partial<Omit<ServerOptions, 'onProgress' | 'signal'>>,
  node: { nodeArguments?: string[] } = {},
): Promise<ServerProcess> {
  const program = await programStart<Serving>('serve', options, node)
  return { ...program, ...program.greeting }
}
