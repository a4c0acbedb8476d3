/** The live state of a large inventory into a run of the twin, and what the server's event loop feels of it. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { copyOut } from '@orrery/server/db/fork/copy-out.ts'
import { workloadsStatement } from '@orrery/server/db/fork/statements.ts'
import type { Job } from '@orrery/server/twin/job.ts'
import { type TwinPool, twinPoolOpen } from '@orrery/server/twin/pool.ts'
import pg from 'pg'
import type { Bench, Report } from './bench.ts'
import { bindAll, hostsFill, machinesFill } from './fill.ts'
import { type Stage, staged } from './stage.ts'
import { median, percentile } from './statistics.ts'

const hostCount = 10_000
const machineCount = 100_000
const warmUps = 5
const forkCount = 25

const forkJob: Job = {
  kind: 'fork',
  setting: { source: { kind: 'live' }, horizonSeconds: null, unplaced: 'wait', anew: false, optimise: null },
  policy: { name: 'best-fit', algorithm: 'best-fit', weights: {} },
}

export const fork: Bench = {
  name: 'fork',
  summary: 'the live state of 10,000 hosts and 100,000 VMs into a run, in a warm thread of the twin',
  run: (report) =>
    staged(async (stage) => {
      await stage.fill(async (ctx) => {
        const hosts = await hostsFill(ctx, hostCount)
        await bindAll(ctx, await machinesFill(ctx, machineCount), hosts)
      })
      await stage.query('vacuum analyze')
      report.say(
        `${hostCount} hosts and ${machineCount} VMs, all bound; ${forkCount} forks after ${warmUps} to warm the thread. Reference: the COPY of the VMs alone, its rows thrown away.`,
      )
      const pool = twinPoolOpen({ connectionString: stage.connectionString, schema: stage.database.schema })
      try {
        await forks(report, stage, pool)
      } finally {
        await pool.close()
      }
    }),
}

async function forks(report: Report, stage: Stage, pool: TwinPool): Promise<void> {
  const client = new pg.Client({ connectionString: stage.connectionString })
  await client.connect()
  for (let round = 0; round < warmUps; round += 1) await forkOnce(pool)
  const took: number[] = []
  const copied: number[] = []
  let delayMs = 0
  let busyMs = 0
  for (let round = 0; round < forkCount; round += 1) {
    const loop = monitorEventLoopDelay({ resolution: 1 })
    loop.enable()
    const before = process.threadCpuUsage()
    took.push(await forkOnce(pool))
    const { user, system } = process.threadCpuUsage(before)
    loop.disable()
    busyMs = Math.max(busyMs, (user + system) / 1000)
    // The histogram holds the whole distance between two of its ticks, of a millisecond each.
    delayMs = Math.max(delayMs, loop.max / 1e6 - 1)
    copied.push(await copyOnce(client))
  }
  await client.end()
  report.say(`  forks: ${took.map((ms) => ms.toFixed(0)).join(' ')} ms`)
  report.figure({ metric: 'copy', value: median(copied), unit: 'ms' })
  report.figure({ metric: 'fork-p90', value: percentile(took, 90), unit: 'ms' })
  report.figure({
    metric: 'fork-over-copy',
    value: median(took),
    unit: 'ms',
    ratio: median(took) / median(copied),
  })
  report.figure({ metric: 'fork', value: median(took), unit: 'ms', goal: { atMost: 100 } })
  report.say(
    'Blocked: all the time that the server’s thread was busy during one fork, the most of all forks; no single block can be longer. Its loop’s longest delay, beside it, also holds what the machine gave to others.',
  )
  report.figure({ metric: 'delay', value: delayMs, unit: 'ms' })
  report.figure({ metric: 'blocked', value: busyMs, unit: 'ms', goal: { atMost: 10 } })
}

/** From asking to a simulation that can begin: read, reserved, and copied as each policy's own. */
async function forkOnce(pool: TwinPool): Promise<number> {
  const began = performance.now()
  let seen = 0
  await pool.run(forkJob, {
    onAnswer: (answer) => {
      if (answer.kind === 'forked') seen = answer.forked.workloadCount ?? 0
    },
  })
  if (seen !== machineCount) throw new Error(`the fork has ${seen} workloads`)
  return performance.now() - began
}

async function copyOnce(client: pg.Client): Promise<number> {
  const began = performance.now()
  await copyOut(client, workloadsStatement(null), () => undefined)
  return performance.now() - began
}
