/** The runs of `orrery twin ablate`, and their table. */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Ablated, ablate, fillVariants } from '@orrery/core/twin/experiment/ablation.ts'
import { type Experiment, experimentRead } from '@orrery/core/twin/experiment/experiment.ts'
import { experimentResample } from '@orrery/core/twin/experiment/resample.ts'
import { fileRead } from '../body.ts'
import type { Cli, Given } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { progressLine } from '../progress.ts'
import { plainTable } from '../table.ts'

export type AblateAsked = {
  folder: string
  workloads: readonly string[]
  resampled: number
  seeds: readonly number[]
}

type List = { name: string; isDrawn: boolean; experiment: Experiment }

/** The exit code. */
export async function ablateRun(
  cli: Cli,
  given: Given,
  { folder, workloads, resampled, seeds }: AblateAsked,
): Promise<number> {
  const file = async (name: string) => ({ name, text: await fileRead(join(folder, name)) })
  const nodes = await file('openb_node_list_gpu_node.csv')
  const lists: List[] = []
  for (const name of workloads) {
    const experiment = experimentRead(nodes, await file(`openb_pod_list_${name}.csv`))
    lists.push({ name, isDrawn: false, experiment })
  }
  for (let at = 0; at < resampled; at += 1) {
    const base = lists[at % workloads.length]
    if (base === undefined) break
    const experiment = experimentResample(base.experiment, at + 1)
    lists.push({ name: `${base.name} drawn ${at + 1}`, isDrawn: true, experiment })
  }
  const progress = progressLine(cli.io, 'runs', given.on('quiet') === true)
  const total = lists.length * fillVariants.length * seeds.length
  const found: Ablated[] = []
  let done = 0
  for (const list of lists) {
    const runs = ablate(list, fillVariants, seeds)
    for (let step = runs.next(); ; step = runs.next()) {
      if (step.done === true) {
        found.push(...step.value)
        break
      }
      progress.show({ done, total, note: `${list.name}, ${step.value.variant}, seed ${step.value.seed}` })
      done += 1
      // Between runs, so that Ctrl-C is heard.
      await setImmediate()
      cli.io.signal.throwIfAborted()
    }
  }
  progress.show({ done: total, total, note: '' })
  progress.end()
  if (given.on('json') === true) {
    const variants = fillVariants.map(({ name, description }) => ({ name, description }))
    cli.print(JSON.stringify({ seeds, variants, results: found }))
  } else if (given.on('quiet') !== true) print(cli, lists, found, seeds)
  return exitCodes.ok.code
}

function print(cli: Cli, lists: readonly List[], found: readonly Ablated[], seeds: readonly number[]): void {
  const of = (variant: string, names: readonly string[]) =>
    mean(found.filter((each) => each.variant === variant && names.includes(each.list)).map(allocationOf))
  const all = lists.map(({ name }) => name)
  const own = lists.filter(({ isDrawn }) => !isDrawn).map(({ name }) => name)
  const drawn = lists.filter(({ isDrawn }) => isDrawn).map(({ name }) => name)
  const whole = of('fill', all)
  cli.print(
    cli.colors.bold(
      `allocation in the end, % of all GPUs; ${seeds.length === 1 ? `seed ${seeds[0]}` : `mean of ${seeds.length} seeds`}`,
    ),
  )
  cli.io.out.write(
    plainTable(
      [
        'VARIANT',
        ...own.map((name) => name.toUpperCase()),
        ...(drawn.length === 0 ? [] : [`${drawn.length} DRAWN`]),
        'MEAN',
        'DIFF',
      ],
      fillVariants.map(({ name }) => [
        name,
        ...own.map((list) => of(name, [list]).toFixed(2)),
        ...(drawn.length === 0 ? [] : [of(name, drawn).toFixed(2)]),
        of(name, all).toFixed(2),
        name === 'fill' ? '' : signed(of(name, all) - whole),
      ]),
      { header: cli.colors.dim, columns: cli.io.out.columns },
    ),
  )
}

function signed(difference: number): string {
  return `${difference > 0 ? '+' : ''}${difference.toFixed(2)}`
}

function allocationOf({ allocation }: Ablated): number {
  return allocation
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
