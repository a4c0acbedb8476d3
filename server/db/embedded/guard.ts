/**
 * The guard: a small process beside the server, in a session of its own. When the server is gone and no
 * other has claimed the data directory for eight seconds, it stops the postmaster, then ends itself. It takes
 * the claim before it stops anything, so a server that starts at that moment waits instead of adopting a
 * postmaster on its way down.
 *
 * Arguments: data directory, cluster directory, pid and start time of the server that started it.
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimHeld, claimTake, claimView, isGone } from './claim.ts'
import { postmasterFind, postmasterStop } from './postmaster.ts'
import { processRuns, type ProcessName } from './process.ts'

const pollMs = 250
const graceMs = 8_000
/** Together with the grace and a poll: gone within 15 s of the server's death, also where the machine is busy. */
const stopLimits = { fastMs: 2_000, immediateMs: 1_000 }

const [dataDir, clusterDir, pid, started] = process.argv.slice(2)
if (dataDir === undefined || clusterDir === undefined || pid === undefined || started === undefined) {
  throw new Error('usage: guard DATA_DIR CLUSTER_DIR SERVER_PID SERVER_START_TIME')
}
await watch(dataDir, clusterDir, { pid: Number(pid), started })

async function watch(dataDir: string, clusterDir: string, server: ProcessName): Promise<void> {
  let alone: number | undefined
  let postmaster: ProcessName | undefined
  for (;;) {
    await sleep(pollMs)
    if (postmaster === undefined || !processRuns(postmaster)) postmaster = postmasterFind(clusterDir)?.name
    if (!existsSync(dataDir)) {
      // Someone deleted the directory: there is nothing left to adopt, and no claim to take. A postmaster that came up
      // since the last look is not known here: the server stops it, or it finds its lock file gone within a minute.
      if (postmaster !== undefined) await postmasterStop(postmaster, stopLimits)
      return
    }
    const view = orGone(() => claimView(dataDir))
    if (view === 'gone') continue
    const guard = view?.record.guard
    // An adopter has a guard of its own: two would be one too many.
    if (guard !== undefined && guard.pid !== process.pid && claimHeld(view) && processRuns(guard)) return
    if (claimHeld(view) || processRuns(server)) {
      alone = undefined
      continue
    }
    alone ??= performance.now()
    if (performance.now() - alone < graceMs) continue
    const attempt = orGone(() => claimTake(dataDir, 'guard'))
    if (attempt === 'gone') continue
    if (!attempt.taken) continue
    try {
      const last = postmasterFind(clusterDir)?.name
      if (last !== undefined) await postmasterStop(last, stopLimits)
    } finally {
      attempt.claim.release()
    }
    return
  }
}

/** The directory may be removed at any moment; the next look finds that out. */
function orGone<T>(read: () => T): T | 'gone' {
  try {
    return read()
  } catch (error) {
    if (isGone(error)) return 'gone'
    throw error
  }
}
