/** Finds, starts and stops the postmaster of one cluster. Its state on disk is `postmaster.pid`. */
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Binaries } from './binaries.ts'
import { clusterConfigure } from './cluster.ts'
import type { Place } from './place.ts'
import { processCommand, processRuns, processSignal, processView, type ProcessName } from './process.ts'
import { runAsSpawn } from './run-as.ts'

/** `socketDir` is empty when it listens on TCP only. */
export type Postmaster = { name: ProcessName; port: number; socketDir: string; ready: boolean }

const pollMs = 20
/** Replaying a full `max_wal_size` after a power cut takes tens of seconds on a slow disk. */
const startMs = 180_000
const logBytesMax = 8 << 20
const attemptsMax = 8

/**
 * The postmaster that runs on this cluster, or undefined. The pid in the file may belong to another program
 * by now, so the process must have this cluster among its arguments.
 */
export function postmasterFind(clusterDir: string): Postmaster | undefined {
  let lines: string[]
  try {
    lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
  const name = processView(Number(lines[0]))
  if (name === undefined || !processCommand(name.pid)?.includes(clusterDir)) return undefined
  return {
    name,
    port: Number(lines[3]),
    socketDir: lines[4]?.trim() ?? '',
    ready: lines[7]?.trim() === 'ready',
  }
}

export type StartOptions = {
  place: Place
  binaries: Binaries
  logFile: string
  /** Emptied and used for the socket. Without it, and where no socket can be made, there is TCP only. */
  socketDir: string | undefined
  signal?: AbortSignal | undefined
}

/** Starts the postmaster on a free port of 127.0.0.1 and on a socket, and waits until it takes connections. */
export async function postmasterStart(options: StartOptions): Promise<Postmaster> {
  const { place, logFile, signal } = options
  let { socketDir } = options
  const deadline = Date.now() + startMs
  let words = ''
  for (let attempt = 1; attempt <= attemptsMax && Date.now() < deadline; attempt += 1) {
    const outcome = await startOnce({ ...options, socketDir }, deadline)
    if (outcome.started) return outcome.postmaster
    words = outcome.words
    if (/shared memory block .* is still in use/.test(words)) {
      // Back ends of a killed postmaster are still on their way out.
      await sleep(500, undefined, { signal })
    } else if (socketDir !== undefined && /could not create any Unix-domain sockets/.test(words)) {
      // Some shared and network file systems have no sockets.
      socketDir = undefined
    } else if (!/could not create any TCP/.test(words)) break
  }
  throw new OrreryError(
    'unavailable',
    `PostgreSQL did not start on ${place.dir}: its last words are in ${logFile}`,
    {
      detail: words,
    },
  )
}

/** Waits until a postmaster found on the way up or in recovery takes connections; false when it ends instead. */
export async function postmasterReady(clusterDir: string, signal?: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + startMs
  for (;;) {
    const found = postmasterFind(clusterDir)
    if (found === undefined || Date.now() > deadline) return false
    if (found.ready) return true
    await sleep(pollMs, undefined, { signal })
  }
}

/**
 * Stops it: fast (sessions are ended, a checkpoint is written), then immediate (the next start replays the
 * log), then by force. Returns when the process is gone. @throws a plain Error when even that fails.
 */
export async function postmasterStop(
  name: ProcessName,
  limits: { fastMs: number; immediateMs: number },
): Promise<'fast' | 'immediate' | 'killed'> {
  processSignal(name, 'SIGINT')
  if (await ends(name, limits.fastMs)) return 'fast'
  processSignal(name, 'SIGQUIT')
  if (await ends(name, limits.immediateMs)) return 'immediate'
  processSignal(name, 'SIGKILL')
  if (await ends(name, 5_000)) return 'killed'
  throw new Error(`the postmaster ${name.pid} does not end`)
}

type Outcome = { started: true; postmaster: Postmaster } | { started: false; words: string }

async function startOnce(
  { place, binaries, logFile, socketDir, signal }: StartOptions,
  deadline: number,
): Promise<Outcome> {
  staleFileDisarm(place.dir)
  if (socketDir !== undefined) {
    // A killed postmaster leaves its socket, under another port's name.
    rmSync(socketDir, { recursive: true, force: true })
    mkdirSync(socketDir, { mode: 0o700 })
  }
  clusterConfigure(place, { port: await portFree(), socketDir })
  if (existsSync(logFile) && statSync(logFile).size > logBytesMax) renameSync(logFile, `${logFile}.1`)
  const log = openSync(logFile, 'a', 0o600)
  const logStart = statSync(logFile).size
  if (place.as.kind === 'uid') chownSync(logFile, place.as.uid, place.as.gid)
  const child = runAsSpawn(place.as, binaries.postgres, ['-D', place.dir], ['ignore', log, log])
  closeSync(log)
  child.unref()
  let failure: string | undefined
  child.once('error', (error) => (failure = error.message))
  child.once('exit', (code, by) => (failure ??= `postgres ended with ${by ?? `status ${code}`}`))
  try {
    for (;;) {
      const found = postmasterFind(place.dir)
      if (found?.name.pid === child.pid && found?.ready) return { started: true, postmaster: found }
      if (failure !== undefined) return { started: false, words: `${failure}\n${tail(logFile, logStart)}` }
      if (Date.now() > deadline)
        throw new OrreryError('unavailable', `PostgreSQL is not ready after ${startMs / 1000} s`)
      await sleep(pollMs, undefined, { signal })
    }
  } catch (error) {
    const name = child.pid === undefined ? undefined : processView(child.pid)
    if (name !== undefined) await postmasterStop(name, { fastMs: 5_000, immediateMs: 5_000 })
    throw error
  }
}

/**
 * PostgreSQL takes any living process with the pid in a left-over `postmaster.pid` for a postmaster, also a
 * zombie or a program that got the pid after a reboot. Call when there is none: it puts our pid in, which
 * PostgreSQL ignores in a parent, and leaves the rest, by which it finds back ends that still run.
 */
function staleFileDisarm(clusterDir: string): void {
  const file = join(clusterDir, 'postmaster.pid')
  if (!existsSync(file)) return
  const lines = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'), { flush: true })
}

async function ends(name: ProcessName, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (processRuns(name)) {
    if (Date.now() > deadline) return false
    await sleep(pollMs)
  }
  return true
}

function tail(file: string, from: number): string {
  return readFileSync(file).subarray(from).toString('utf8').slice(-4_000)
}

/** A port that is free now; another program may take it before PostgreSQL does, hence the attempts. */
function portFree(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
