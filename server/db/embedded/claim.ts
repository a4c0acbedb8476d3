/**
 * The claim on a data directory: which process of this machine owns it now. Files `claim-<n>.json`, the
 * highest n counts and is never removed, so n only grows. To take the claim over from a dead or released
 * holder is to create n + 1, which succeeds for exactly one process; who finds a still higher number
 * afterwards came too late. Nothing is ever unlocked by deleting, hence no race between breaking a stale
 * lock and taking it.
 */
import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processRuns, processView, type ProcessName } from './process.ts'

export type ClaimRecord = {
  /** A guard takes the claim while it stops an abandoned postmaster: wait for it, it does not stay. */
  role: 'server' | 'guard'
  holder: ProcessName
  /** The guard that this holder has started. */
  guard?: ProcessName
  released: boolean
}
export type ClaimView = { generation: number; record: ClaimRecord }
export type Claim = {
  generation: number
  /** What the one before us left: its guard may still watch. */
  previous: ClaimRecord | undefined
  /** Tells everyone which guard watches for this holder. False: there is no directory to say it in any more. */
  guardSet(guard: ProcessName): boolean
  /** Nothing when the directory is gone: then there is nothing to give back. */
  release(): void
}
export type ClaimAttempt = { taken: true; claim: Claim } | { taken: false; heldBy: ClaimRecord }

/** The claim that counts, or undefined in a directory that was never claimed. */
export function claimView(dir: string): ClaimView | undefined {
  for (;;) {
    const generation = highest(dir)
    if (generation === 0) return undefined
    try {
      return { generation, record: parse(readFileSync(path(dir, generation), 'utf8')) }
    } catch (error) {
      // Removed between listing and reading: then there is a higher one by now.
      if (!isGone(error)) throw error
    }
  }
}

/** Whether the claim's holder lives and has not let go. */
export function claimHeld(view: ClaimView | undefined): boolean {
  return view !== undefined && !view.record.released && processRuns(view.record.holder)
}

/** Takes the claim for this process unless a living process holds it. Never waits. */
export function claimTake(dir: string, role: ClaimRecord['role']): ClaimAttempt {
  const holder = processView(process.pid)
  if (holder === undefined) throw new Error(`cannot read the start time of process ${process.pid}`)
  for (;;) {
    const before = claimView(dir)
    if (before !== undefined && claimHeld(before)) return { taken: false, heldBy: before.record }
    const generation = (before?.generation ?? 0) + 1
    const record: ClaimRecord = { role, holder, released: false }
    if (!create(dir, generation, record)) continue
    if (highest(dir) !== generation) {
      rmSync(path(dir, generation), { force: true })
      continue
    }
    sweep(dir, generation)
    return { taken: true, claim: claim(dir, generation, record, before?.record) }
  }
}

function claim(dir: string, generation: number, record: ClaimRecord, previous?: ClaimRecord): Claim {
  let current = record
  const write = (next: ClaimRecord): boolean => {
    current = next
    try {
      renameSync(draft(dir, generation, next), path(dir, generation))
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }
  return {
    generation,
    previous,
    guardSet: (guard) => write({ ...current, guard }),
    release: () => void write({ ...current, released: true }),
  }
}

/** A file or its directory was removed. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

const namePattern = /^claim-(\d+)\.json$/
const path = (dir: string, generation: number) => join(dir, `claim-${generation}.json`)

function highest(dir: string): number {
  let found = 0
  for (const name of readdirSync(dir)) found = Math.max(found, Number(namePattern.exec(name)?.[1] ?? 0))
  return found
}

/** Files appear whole, so an unreadable one was torn by a power cut, which its holder did not survive. */
function parse(text: string): ClaimRecord {
  try {
    return JSON.parse(text) as ClaimRecord
  } catch {
    return { role: 'server', holder: { pid: 0, started: '' }, released: true }
  }
}

/** Creates the file whole or not at all, and only when it is not there. */
function create(dir: string, generation: number, record: ClaimRecord): boolean {
  const from = draft(dir, generation, record)
  try {
    linkSync(from, path(dir, generation))
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST' || code === 'ENOENT') return false
    throw error
  } finally {
    rmSync(from, { force: true })
  }
}

function draft(dir: string, generation: number, record: ClaimRecord): string {
  const file = join(dir, `claim-${generation}-${process.pid}-${randomBytes(4).toString('hex')}.tmp`)
  writeFileSync(file, JSON.stringify(record), { mode: 0o644 })
  return file
}

/** Removes what earlier holders left: lower numbers and the drafts that belong to them. */
function sweep(dir: string, generation: number): void {
  for (const name of readdirSync(dir)) {
    const number = Number(/^claim-(\d+)[-.]/.exec(name)?.[1] ?? generation)
    if (number < generation) rmSync(join(dir, name), { force: true })
  }
}
