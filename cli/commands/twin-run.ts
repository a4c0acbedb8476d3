/** The runs of `orrery twin reproduce`: reading the files, one run after the other, and what is said of them. */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import { experimentRead } from '@orrery/core/twin/experiment/experiment.ts'
import { outdo, rivalPolicy } from '@orrery/core/twin/experiment/outdo.ts'
import { publishedRead } from '@orrery/core/twin/experiment/published.ts'
import { type Reproduced, reproduce } from '@orrery/core/twin/experiment/reproduce.ts'
import { fileRead } from '../body.ts'
import type { Cli, Given } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { progressLine } from '../progress.ts'
import { type TimedOutdone, outdonePrint } from './twin-own-table.ts'
import { reproducedJson, reproducedPrint } from './twin-table.ts'

export type TwinAsked = {
  folder: string
  workloads: readonly string[]
  policies: readonly string[]
  /** policies of ours, which nothing was published of */
  own: readonly string[]
  seeds: readonly number[]
}

/** The exit code. */
export async function twinRun(
  cli: Cli,
  given: Given,
  { folder, workloads, policies, own, seeds }: TwinAsked,
): Promise<number> {
  const file = async (name: string): Promise<TraceFile> => ({
    name,
    text: await fileRead(join(folder, name)),
  })
  const published = publishedRead(await file('expected_alloc.csv'), await file('expected_fragratio.csv'))
  const nodes = await file('openb_node_list_gpu_node.csv')
  // Our own run beside FGD, for its time.
  const total = workloads.length * (policies.length + 2 * own.length) * seeds.length
  const progress = progressLine(cli.io, 'runs', given.on('quiet') === true)
  const found: Reproduced[] = []
  const ours: TimedOutdone[] = []
  let done = 0
  const before = async (workload: string, { policy, seed }: { policy: string; seed: number }) => {
    progress.show({ done, total, note: `${workload}, ${policy}, seed ${seed}` })
    done += 1
    // Between runs, so that Ctrl-C is heard.
    await setImmediate()
    cli.io.signal.throwIfAborted()
  }
  for (const workload of workloads) {
    const experiment = experimentRead(nodes, await file(`openb_pod_list_${workload}.csv`))
    const runs = reproduce(experiment, published, { workload, policies, seeds })
    for (let step = runs.next(); ; step = runs.next()) {
      if (step.done === true) {
        found.push(...step.value)
        break
      }
      await before(workload, step.value)
    }
    for (const policy of own) {
      const asked = { workload, policy, seeds }
      ours.push(await timed(outdo(experiment, published, asked), (run) => before(workload, run)))
    }
  }
  progress.show({ done: total, total, note: '' })
  progress.end()
  return report(cli, given, { found, ours, seeds })
}

/** Drives the runs, and takes the time of each. */
async function timed(
  runs: ReturnType<typeof outdo>,
  before: (run: { policy: string; seed: number }) => Promise<void>,
): Promise<TimedOutdone> {
  const times = new Map<string, number[]>()
  for (let step = runs.next(); ;) {
    if (step.done === true) {
      const { policy } = step.value
      const [mine = [], rivals = []] = [policy, rivalPolicy].map((name) => times.get(name))
      return { ...step.value, timesRival: ratio(mine, rivals) }
    }
    await before(step.value)
    const { policy } = step.value
    const began = performance.now()
    step = runs.next()
    times.set(policy, [...(times.get(policy) ?? []), performance.now() - began])
  }
}

/** Of the medians. */
function ratio(mine: readonly number[], rivals: readonly number[]): number {
  const median = (of: readonly number[]) => of.toSorted((a, b) => a - b)[of.length >> 1] ?? Number.NaN
  return median(mine) / median(rivals)
}

type Results = {
  found: readonly Reproduced[]
  ours: readonly TimedOutdone[]
  seeds: readonly number[]
}

function report(cli: Cli, given: Given, { found, ours, seeds }: Results): number {
  const differing = found.filter(
    ({ allocation, fragmentRatio }) =>
      allocation.verdict === 'differs' || fragmentRatio.verdict === 'differs',
  )
  const worse = ours.filter(({ verdict }) => verdict === 'worse')
  if (given.on('json') === true) cli.print(JSON.stringify(reproducedJson(found, ours, seeds)))
  else if (given.on('quiet') !== true) {
    if (found.length > 0) reproducedPrint(cli, found, seeds)
    if (found.length > 0 && ours.length > 0) cli.print('')
    if (ours.length > 0) outdonePrint(cli, ours)
  }
  for (const { workload, policy } of differing) {
    cli.io.err.write(`${workload}, ${policy}: differs from what was published\n`)
  }
  for (const { workload, policy } of worse) {
    cli.io.err.write(`${workload}, ${policy}: allocates less than ${rivalPolicy}\n`)
  }
  return differing.length + worse.length === 0 ? exitCodes.ok.code : exitCodes.unsuccessful.code
}
