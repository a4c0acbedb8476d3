import { policyResolve } from '../../policy/policies.ts'
import { arrivalsOf } from './arrivals.ts'
import type { Experiment } from './experiment.ts'
import type { Golden } from './golden.ts'
import { type ExperimentRun, experimentRun } from './run.ts'

/** What our runs of a seed give, in the shape of what was published; for tests. */
export function goldenOf(experiment: Experiment, seed: number): Golden {
  const arrivals = arrivalsOf(experiment, seed)
  const { order, ranks } = arrivals
  const run = (algorithm: string) => experimentRun(experiment, arrivals, policyResolve({ algorithm }), seed)
  const fgd = run('fgd')
  return {
    seed,
    rows: order.length,
    arrivedMilli: fgd.arrivedMilli.at(-1) ?? 0,
    firstTasks: order.slice(0, 3),
    lastTask: order.at(-1) ?? -1,
    ranks: Array.from(ranks.subarray(0, 4)),
    fgd: outcome(fgd),
    bestFit: outcome(run('best-fit')),
    fgdFirst: [0, 1, 2].map((row) => `${fgd.node[row]}:${fgd.devices[row]}`).join(' '),
  }
}

export function outcome({ rejected, usedMilli }: ExperimentRun): [number, number] {
  return [rejected, usedMilli.at(-1) ?? 0]
}
