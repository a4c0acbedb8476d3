/** Lets the tasks of a fork use what was measured of them. */
import type { ForkTask } from '@orrery/core/twin/fork.ts'
import { stepsOf } from '@orrery/core/twin/simulation/steps.ts'
import type { UsageProfile } from '@orrery/core/twin/simulation/usage.ts'
import type { LiveFork } from '../db/fork/read.ts'
import type { UsageRow } from '../db/fork/usage.ts'
import { uuidBytes, uuidIndexCreate } from '../db/fork/uuid-index.ts'

/** Shares are kept in hundredths, so that those who use alike share a profile. */
const grain = 100

/** Whoever was not measured uses all it asked for. Without a measurement at all nothing is said of usage. */
export function withUsage(fork: LiveFork, rows: readonly UsageRow[], stepSeconds: number): LiveFork {
  const runningAt = uuidIndexCreate(fork.runningIds)
  const taskAt = new Map(fork.tasks.map(({ id }, at) => [id, at]))
  const profiles: UsageProfile[] = []
  const known = new Map<string, number>()
  const usage = new Int32Array(fork.running.ask.length).fill(-1)
  const tasks: ForkTask[] = [...fork.tasks]
  for (const series of bySubject(rows)) {
    const [first] = series
    if (first === undefined) continue
    const running = runningAt.find(uuidBytes(first.id), 0)
    const task = taskAt.get(first.id) ?? -1
    const demand =
      running >= 0
        ? fork.running.asks[fork.running.ask[running] ?? -1]?.demand
        : (tasks[task]?.demand ?? undefined)
    if (demand === undefined || !(demand.cpuCores > 0)) continue
    const shares = series.map(
      ({ step, cpuCores }) =>
        [step * stepSeconds, Math.round(grain * Math.min(1, cpuCores / demand.cpuCores)) / grain] as const,
    )
    // What is not known at the beginning is taken to be as it was when it was first seen.
    const steps = shares.map(([seconds, share], at) => [at === 0 ? 0 : seconds, share] as const)
    const key = steps.join(' ')
    let profile = known.get(key)
    if (profile === undefined) {
      profile = profiles.push({ share: stepsOf(steps), since: 'zero' }) - 1
      known.set(key, profile)
    }
    if (running >= 0) usage[running] = profile
    else tasks[task] = { ...(tasks[task] as ForkTask), usage: profile } // it was found above
  }
  if (profiles.length === 0) return fork
  return { ...fork, running: { ...fork.running, usage }, tasks, usage: profiles }
}

/** Rows of one subject stand together. */
function bySubject(rows: readonly UsageRow[]): UsageRow[][] {
  const series: UsageRow[][] = []
  for (const row of rows) {
    const last = series.at(-1)
    if (last?.[0]?.id === row.id) last.push(row)
    else series.push([row])
  }
  return series
}
