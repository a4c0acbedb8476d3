/** Starts the guard (`guard.ts`) and starts it again when it dies before us. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { entryPath } from '../../entry.ts'
import type { Claim } from './claim.ts'
import type { EmbeddedLog } from './open.ts'
import { processRuns, processSignal, processView, type ProcessName } from './process.ts'

export type Guard = {
  /** Ends the guard. Call when the postmaster is gone. */
  close(): Promise<void>
}

const restartMs = 1_000
const restartsMax = 20

/**
 * Ends the guard of the server before us, once ours is in place and the database is ours. It would end by
 * itself when it sees ours named, but not if we are gone again before it looks.
 */
export function guardRetire(claim: Claim): void {
  const before = claim.previous?.guard
  if (before !== undefined) processSignal(before, 'SIGKILL')
}

/**
 * Returns once the guard runs and the claim names it. `onGone` is called once, when the data directory was removed: then
 * the guard stops the postmaster that it has seen and ends, and there is nothing left for another to guard.
 */
export function guardStart(
  dataDir: string,
  clusterDir: string,
  { claim, log, onGone }: { claim: Claim; log: EmbeddedLog; onGone: () => void },
): Guard {
  const self = processView(process.pid)
  if (self === undefined) throw new Error(`cannot read the start time of process ${process.pid}`)
  let closing = false
  let restarts = 0
  let timer: NodeJS.Timeout | undefined
  let current: ProcessName | undefined

  const start = () => {
    const args = [
      '--max-old-space-size=32',
      entryPath('guard'),
      dataDir,
      clusterDir,
      String(self.pid),
      self.started,
    ]
    // Own session: Ctrl-C in the terminal is not for the guard. No inherited files: it must hold no pipe open.
    const child = spawn(process.execPath, args, { cwd: '/', env: {}, detached: true, stdio: 'ignore' })
    child.unref()
    child.once('error', (error) => ended(error.message))
    child.once('exit', (code, by) => ended(by ?? `status ${code}`))
    if (child.pid === undefined) return
    current = processView(child.pid)
    // Removed at this moment: the guard sees it too, and its end says so.
    if (current !== undefined) claim.guardSet(current)
  }
  const ended = (how: string) => {
    if (closing) return
    if (!existsSync(dataDir)) {
      closing = true
      return onGone()
    }
    if (restarts >= restartsMax)
      return log('error', 'the database guard keeps dying and is given up', { how })
    restarts += 1
    log('warn', 'the database guard died and is started again', { how, restarts })
    timer = setTimeout(() => (existsSync(dataDir) ? start() : ended('no directory')), restartMs).unref()
  }
  start()

  return {
    async close() {
      closing = true
      clearTimeout(timer)
      if (current === undefined) return
      processSignal(current, 'SIGKILL')
      while (processRuns(current)) await sleep(10)
    },
  }
}
