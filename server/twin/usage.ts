/** Lets the tasks of a fork use what was measured of them. */
import type { ForkTask } from '@orrery/core/twin/fork.ts'
import { stepsOf } from '@orrery/core/twin/simulation/steps.ts'
import type { UsageProfile } from '@orrery/core/twin/simulation/usage.ts'
import type { LiveFork } from '../db/fork/read.ts'
import type { UsageReader } from '../db/fork/usage.ts'
import { uuidIndexCreate, uuidText } from '../db/fork/uuid-index.ts'

/** Shares are kept in hundredths, so that those who use alike share a profile. */
const grain = 100

export type UsageFold = {
  /** The rows of one workload come together, its steps in order. */
  add: UsageReader
  /** Whoever was not measured uses all it asked for. Without a measurement at all nothing is said of that usage. */
  fork(): LiveFork
}

/** Of cores, or of memory. */
export function usageFold(fork: LiveFork, of: 'usage' | 'memoryUsage', stepSeconds: number): UsageFold {
  const runningAt = uuidIndexCreate(fork.runningIds)
  const taskAt = new Map(fork.tasks.map(({ id }, at) => [id, at]))
  const profiles: UsageProfile[] = []
  const known = new Map<string, number>()
  const usage = new Int32Array(fork.running.ask.length).fill(-1)
  const tasks: ForkTask[] = [...fork.tasks]
  const last = new Uint8Array(16)
  let running = -1
  let task = -1
  let asked = 0
  let steps: [seconds: number, share: number][] = []

  function begin(bytes: Uint8Array, at: number): void {
    last.set(bytes.subarray(at, at + 16))
    running = runningAt.find(bytes, at)
    task = running >= 0 ? -1 : (taskAt.get(uuidText(bytes, at)) ?? -1)
    const demand =
      running >= 0 ? fork.running.asks[fork.running.ask[running] ?? -1]?.demand : tasks[task]?.demand
    asked = (of === 'usage' ? demand?.cpuCores : demand?.memoryBytes) ?? 0
  }

  function end(): void {
    if (steps.length === 0) return
    const key = steps.join(' ')
    let profile = known.get(key)
    if (profile === undefined) {
      profile = profiles.push({ share: stepsOf(steps), since: 'zero' }) - 1
      known.set(key, profile)
    }
    if (running >= 0) usage[running] = profile
    else tasks[task] = { ...(tasks[task] as ForkTask), [of]: profile } // it was found when it began
    steps = []
  }

  return {
    add(bytes, at, step, used) {
      if (!isSame(last, bytes, at)) {
        end()
        begin(bytes, at)
      }
      if (!(asked > 0)) return
      const share = Math.round(grain * Math.min(1, used / asked)) / grain
      // What is not known at the beginning is taken to be as it was when it was first seen.
      steps.push([steps.length === 0 ? 0 : step * stepSeconds, share])
    },
    fork() {
      end()
      if (profiles.length === 0) return fork
      return { ...fork, running: { ...fork.running, [of]: usage }, tasks, [of]: profiles }
    },
  }
}

function isSame(a: Uint8Array, b: Uint8Array, at: number): boolean {
  for (let byte = 15; byte >= 0; byte -= 1) if (a[byte] !== b[at + byte]) return false
  return true
}
