/**
 * The embedded PostgreSQL: from an empty folder, a clean stop or a crash to a database that this process
 * alone owns, and back. Who may enter is settled twice: by the claim (`claim.ts`) and by an advisory lock
 * (`ownership.ts`). Who cleans up after a crash: the next server within eight seconds, else the guard.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import { binariesReady, type Binaries } from './binaries.ts'
import { claimTake, type Claim } from './claim.ts'
import { clusterReady, passwordReady } from './cluster.ts'
import { processRuns } from './process.ts'
import { guardRetire, guardStart, type Guard } from './guard-start.ts'
import { connectionStringFor, databaseReady, ownershipTake, type Ownership } from './ownership.ts'
import { dataDirReady, placeFind, placeRecord, socketDirFor, type Place } from './place.ts'
import {
  postmasterFind,
  postmasterReady,
  postmasterStart,
  postmasterStop,
  type Postmaster,
} from './postmaster.ts'

export type EmbeddedLog = (level: 'info' | 'warn' | 'error', message: string, fields?: object) => void
export type EmbeddedOptions = {
  /** Made when missing. It holds the cluster, its password and its log, and nothing else may use it. */
  dataDir: string
  log: EmbeddedLog
  /** Gives up opening. It has no effect once the database is open. */
  signal?: AbortSignal
  /** The database is no longer ours (its process died, or another server owns it): stop serving. Called once. */
  onLost?: (reason: string) => void
}
export type EmbeddedDatabase = {
  /** A postgres:// URL with the password and, as `?host=`, the socket's folder where there is a socket; for a role that owns the database `orrery` and is no superuser. */
  connectionString: string
  dataDir: string
  port: number
  /** Whether the postmaster of a server that died was taken over. */
  adopted: boolean
  /** Stops PostgreSQL and gives the directory back. End your own connections first. May be called twice. */
  close(): Promise<void>
}

const claimPollMs = 100
/** A guard that stops a postmaster holds the claim for a few seconds. */
const guardWaitMs = 20_000
const stopLimits = { fastMs: 6_000, immediateMs: 4_000 }

/**
 * @throws OrreryError `conflict` when a living server owns the directory (its pid is in the message),
 * `forbidden` when the directory belongs to another user, `unavailable` when PostgreSQL cannot run.
 */
export async function embeddedOpen(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { signal } = options
  signal?.throwIfAborted()
  const dataDir = dataDirReady(options.dataDir)
  const lost = lostOnce(options, dataDir)
  const claim = await claimWait(dataDir, signal)
  let place: Place | undefined
  let guard: Guard | undefined
  try {
    place = placeFind(dataDir)
    const binaries = await binariesReady(place.as, signal)
    const password = passwordReady(dataDir, place)
    await clusterReady(place, binaries, password, signal)
    placeRecord(dataDir, place)
    guard = guardStart(dataDir, place.dir, { claim, log: options.log, onGone: () => lost('it was removed') })
    return await serve(options, dataDir, { place, binaries, password, claim, guard, lost })
  } catch (error) {
    // A directory that turned out to be another server's keeps its postmaster.
    const left = place === undefined || isConflict(error) ? undefined : postmasterFind(place.dir)
    try {
      if (left !== undefined) await postmasterStop(left.name, stopLimits)
      await guard?.close()
    } finally {
      claim.release()
    }
    throw error
  }
}

type Lost = (reason: string) => void

/** Says it once, whoever notices first: the session that holds the lock, or the guard. */
function lostOnce({ log, onLost }: EmbeddedOptions, dataDir: string): Lost {
  let told = false
  return (seen) => {
    if (told) return
    told = true
    const reason = existsSync(dataDir)
      ? seen
      : `the data directory ${dataDir} was removed while the server ran; what was in it is gone`
    log('error', 'the embedded database is lost', { reason })
    onLost?.(reason)
  }
}

type Parts = { place: Place; binaries: Binaries; password: string; claim: Claim; guard: Guard; lost: Lost }

async function serve(options: EmbeddedOptions, dataDir: string, parts: Parts): Promise<EmbeddedDatabase> {
  const { place, password, claim, guard, lost } = parts
  const began = performance.now()
  const enter = async (postmaster: Postmaster) => {
    const access = { port: postmaster.port, socketDir: postmaster.socketDir, password }
    await databaseReady(access)
    const ownership = await ownershipTake(access, {
      postmasterRuns: () => processRuns(postmaster.name),
      onRegained: (reason) => options.log('warn', 'the embedded database was away and is back', { reason }),
      onLost: lost,
    })
    return { postmaster, ownership, access }
  }
  const orphan = await adopt(options, place, enter)
  const start = () =>
    postmasterStart({
      place,
      binaries: parts.binaries,
      logFile: join(dataDir, 'postgres.log'),
      socketDir: socketDirFor(dataDir, place),
      signal: options.signal,
    })
  const { postmaster, ownership, access } = orphan ?? (await enter(await start()))
  guardRetire(claim)
  options.log('info', 'the embedded database is open', {
    dataDir,
    port: access.port,
    adopted: orphan !== undefined,
    ms: Math.round(performance.now() - began),
  })
  const closeOnce = once(() => close({ ownership, postmaster, guard, claim }))
  return {
    connectionString: connectionStringFor(access),
    dataDir,
    port: access.port,
    adopted: orphan !== undefined,
    close: closeOnce,
  }
}

/** Takes over the postmaster that a dead server left; one that cannot be used is stopped, and there is none. */
async function adopt<T>(
  { log, signal }: EmbeddedOptions,
  place: Place,
  enter: (postmaster: Postmaster) => Promise<T>,
): Promise<T | undefined> {
  const orphan = postmasterFind(place.dir)
  if (orphan === undefined) return undefined
  log('info', 'a postmaster was left by an earlier server', { pid: orphan.name.pid })
  try {
    if (await postmasterReady(place.dir, signal)) return await enter(orphan)
  } catch (error) {
    if (isConflict(error) || signal?.aborted) throw error
    log('warn', 'the postmaster cannot be taken over and is started anew', { reason: String(error) })
  }
  await postmasterStop(orphan.name, stopLimits)
  return undefined
}

async function claimWait(dataDir: string, signal: AbortSignal | undefined): Promise<Claim> {
  const deadline = Date.now() + guardWaitMs
  for (;;) {
    const attempt = claimTake(dataDir, 'server')
    if (attempt.taken) return attempt.claim
    const { role, holder } = attempt.heldBy
    if (role === 'server' || Date.now() > deadline) {
      throw new OrreryError(
        'conflict',
        `Another server, process ${holder.pid}, owns the data directory ${dataDir}: stop it, or choose another one`,
      )
    }
    await sleep(claimPollMs, undefined, { signal })
  }
}

async function close(open: { ownership: Ownership; postmaster: Postmaster; guard: Guard; claim: Claim }) {
  await open.ownership.close()
  await postmasterStop(open.postmaster.name, stopLimits)
  // Last, so that until here a killed close is finished by the guard, and nobody else comes in.
  await open.guard.close()
  open.claim.release()
}

function isConflict(error: unknown): boolean {
  return error instanceof OrreryError && error.code === 'conflict'
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => (result ??= run())
}
