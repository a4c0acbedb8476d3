/**
 * Where the cluster lies. Normally `<dataDir>/cluster`. An account that cannot enter the data directory
 * (`nobody`, data under /root) has it under /var/lib/orrery, and `<dataDir>/cluster` is a link to it.
 */
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { OrreryError } from '@orrery/api/errors.ts'
import { sharedDir } from './binaries.ts'
import { runAsChoose, type RunAs } from './run-as.ts'

/** `dir` is the cluster's own absolute path without links; it may not exist yet. */
export type Place = { dir: string; as: RunAs }

/** Creates the data directory when it is missing. Its path without links. */
export function dataDirReady(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    return realpathSync(dataDir)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OrreryError(
      'forbidden',
      `The data directory ${dataDir} cannot be made or written by this user (${why}): choose another one`,
      { cause },
    )
  }
}

/** Whether there is a cluster, or was one that is gone. It looks, and makes nothing. */
export function clusterRecorded(dataDir: string): boolean {
  return lstatSync(join(dataDir, 'cluster'), { throwIfNoEntry: false }) !== undefined
}

/** @param dataDir a path without links */
export function placeFind(dataDir: string): Place {
  const link = join(dataDir, 'cluster')
  const existing = lstatSync(link, { throwIfNoEntry: false })
  if (existing === undefined) {
    const as = runAsChoose(undefined)
    const dir = as.kind === 'uid' && !othersMayEnter(dataDir) ? sharedPlace(dataDir) : link
    return existsSync(dir) ? { dir, as: runAsChoose(statSync(dir)) } : { dir, as }
  }
  if (existing.isSymbolicLink() && !existsSync(link)) {
    throw new OrreryError(
      'unavailable',
      `${link} is a link to a database that is gone: bring it back, or remove the link to begin with an empty one`,
    )
  }
  const { uid, gid } = statSync(link)
  return { dir: realpathSync(link), as: runAsChoose({ uid, gid }) }
}

/** Leaves the link from the data directory to a cluster that lies elsewhere. Call once the cluster exists. */
export function placeRecord(dataDir: string, place: Place): void {
  const link = join(dataDir, 'cluster')
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(place.dir, link)
}

/** The longest path that every system takes as a socket's name, less what PostgreSQL appends to the folder. */
const socketDirBytesMax = 103 - '/.s.PGSQL.65535'.length

/** The folder for the server's socket, or undefined where TCP must do. */
export function socketDirFor(dataDir: string, { as }: Place): string | undefined {
  const dir = join(dataDir, 'run')
  // Another account cannot make a socket in a folder that only we may enter.
  return as.kind === 'uid' || Buffer.byteLength(dir) > socketDirBytesMax ? undefined : dir
}

function sharedPlace(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  return join(sharedDir, name, 'cluster')
}

function othersMayEnter(path: string): boolean {
  const enter = 0o001
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    if ((statSync(dir).mode & enter) === 0) return false
    if (dir === dirname(dir)) return true
  }
}
