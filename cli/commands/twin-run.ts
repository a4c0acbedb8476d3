/** The runs of `orrery twin reproduce`: reading the files, one run after the other, and what is said of them. */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import { experimentRead } from '@orrery/core/twin/experiment/experiment.ts'
import { publishedRead } from '@orrery/core/twin/experiment/published.ts'
import { type Reproduced, reproduce } from '@orrery/core/twin/experiment/reproduce.ts'
import { fileRead } from '../body.ts'
import type { Cli, Given } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { progressLine } from '../progress.ts'
import { reproducedJson, reproducedPrint } from './twin-table.ts'

export type TwinAsked = {
  folder: string
  workloads: readonly string[]
  policies: readonly string[]
  seeds: readonly number[]
}

/** The exit code. */
export async function twinRun(
  cli: Cli,
  given: Given,
  { folder, workloads, policies, seeds }: TwinAsked,
): Promise<number> {
  const file = async (name: string): Promise<TraceFile> => ({
    name,
    text: await fileRead(join(folder, name)),
  })
  const published = publishedRead(await file('expected_alloc.csv'), await file('expected_fragratio.csv'))
  const nodes = await file('openb_node_list_gpu_node.csv')
  const total = workloads.length * policies.length * seeds.length
  const progress = progressLine(cli.io, 'runs', given.on('quiet') === true)
  const found: Reproduced[] = []
  let done = 0
  for (const workload of workloads) {
    const experiment = experimentRead(nodes, await file(`openb_pod_list_${workload}.csv`))
    const runs = reproduce(experiment, published, { workload, policies, seeds })
    for (let step = runs.next(); ; step = runs.next()) {
      if (step.done === true) {
        found.push(...step.value)
        break
      }
      progress.show({ done, total, note: `${workload}, ${step.value.policy}, seed ${step.value.seed}` })
      done += 1
      // Between runs, so that Ctrl-C is heard.
      await setImmediate()
      cli.io.signal.throwIfAborted()
    }
  }
  progress.show({ done, total, note: '' })
  progress.end()
  return report(cli, given, found, seeds)
}

function report(cli: Cli, given: Given, found: readonly Reproduced[], seeds: readonly number[]): number {
  const differing = found.filter(
    ({ allocation, fragmentRatio }) =>
      allocation.verdict === 'differs' || fragmentRatio.verdict === 'differs',
  )
  if (given.on('json') === true) cli.print(JSON.stringify(reproducedJson(found, seeds)))
  else if (given.on('quiet') !== true) reproducedPrint(cli, found, seeds)
  for (const { workload, policy } of differing) {
    cli.io.err.write(`${workload}, ${policy}: differs from what was published\n`)
  }
  return differing.length === 0 ? exitCodes.ok.code : exitCodes.unsuccessful.code
}
