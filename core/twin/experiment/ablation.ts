/** What each part of the fill policy is worth: the published experiment with one part off at a time. */
import { fillScore } from '../../policy/fill/fill.ts'
import type { FillOptions } from '../../policy/fill/table.ts'
import type { PlannerPolicy } from '../../policy/model.ts'
import { policyResolve } from '../../policy/policies.ts'
import { arrivalsOf } from './arrivals.ts'
import { columnMax, columnsOf } from './columns.ts'
import type { Experiment } from './experiment.ts'
import { type ExperimentRun, experimentRun } from './run.ts'

export type Variant = { name: string; description: string; policy: PlannerPolicy }

const fgd = policyResolve({ algorithm: 'fgd' })
const fill = policyResolve({ algorithm: 'fill' })

function scored(options: FillOptions): PlannerPolicy {
  return { ...fill, scores: [{ score: fillScore(options), weight: 1 }] }
}

export const fillVariants: readonly Variant[] = [
  { name: 'fill', description: 'the whole policy', policy: fill },
  {
    name: 'no fill term',
    description: 'no sequences are played out',
    policy: scored({ without: 'fillTerm' }),
  },
  {
    name: 'no device value',
    description: 'leftovers of a device have no price',
    policy: scored({ without: 'deviceValue' }),
  },
  {
    name: 'no room term',
    description: 'work for several devices that is too rare for the sequences does not count',
    policy: scored({ without: 'roomTerm' }),
  },
  {
    name: 'no rounding',
    description: 'differences count to the last thousandth',
    policy: scored({ without: 'rounding' }),
  },
  {
    name: 'random ties',
    description: 'any of the nodes that are level, not the first',
    policy: { ...fill, deterministic: false, ties: 'random' },
  },
  {
    name: 'best-fit device',
    description: 'shares go to the device with the least left',
    policy: { ...fill, gpuRule: 'best' },
  },
  ...[1, 2, 4, 16].map((sequences) => ({
    name: `${sequences} ${sequences === 1 ? 'sequence' : 'sequences'}`,
    description: 'instead of eight',
    policy: scored({ sequences }),
  })),
  { name: 'fgd', description: 'for comparison', policy: fgd },
]

/** Mean over the seeds of what is allocated at the last published column, percent of all GPUs. */
export type Ablated = { variant: string; list: string; allocation: number }

/** Yields before each run what it will be, so that whoever waits can be told and can stop. */
export function* ablate(
  list: { name: string; experiment: Experiment },
  variants: readonly Variant[],
  seeds: readonly number[],
): Generator<{ variant: string; seed: number }, Ablated[]> {
  const { name, experiment } = list
  const arrivals = seeds.map((seed) => ({ seed, arriving: arrivalsOf(experiment, seed) }))
  const found: Ablated[] = []
  for (const variant of variants) {
    let sum = 0
    for (const { seed, arriving } of arrivals) {
      yield { variant: variant.name, seed }
      const run = experimentRun(experiment, arriving, variant.policy, seed)
      sum += allocationAtEnd(run, experiment.capacityMilli)
    }
    found.push({ variant: variant.name, list: name, allocation: sum / seeds.length })
  }
  return found
}

function allocationAtEnd(run: ExperimentRun, capacityMilli: number): number {
  const last = columnsOf(run, capacityMilli).allocation[columnMax] ?? Number.NaN
  // Where a task asks for more than one percent of all GPUs, no arrival need fall on the column.
  return Number.isNaN(last) ? (100 * (run.usedMilli.at(-1) ?? 0)) / capacityMilli : last
}
