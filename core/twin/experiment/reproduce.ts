/** All runs of one workload under some policies and seeds, compared with what was published. */
import { policyResolve } from '../../policy/policies.ts'
import { arrivalsOf } from './arrivals.ts'
import { type ExperimentColumns, columnsOf } from './columns.ts'
import { type Comparison, compare } from './compare.ts'
import type { Experiment } from './experiment.ts'
import type { Published } from './published.ts'
import { experimentRun } from './run.ts'

export type Reproduced = {
  workload: string
  policy: string
  deterministic: boolean
  allocation: Comparison
  fragmentRatio: Comparison
}

type Asked = { workload: string; policies: readonly string[]; seeds: readonly number[] }

/** Yields before each run what it will be, so that whoever waits can be told and can stop. */
export function* reproduce(
  experiment: Experiment,
  published: Published,
  { workload, policies, seeds }: Asked,
): Generator<{ policy: string; seed: number }, Reproduced[]> {
  const arrivals = new Map(seeds.map((seed) => [seed, arrivalsOf(experiment, seed)]))
  const found: Reproduced[] = []
  for (const name of policies) {
    const policy = policyResolve({ algorithm: name })
    const runs = new Map<number, ExperimentColumns>()
    for (const [seed, arriving] of arrivals) {
      yield { policy: name, seed }
      runs.set(seed, columnsOf(experimentRun(experiment, arriving, policy, seed), experiment.capacityMilli))
    }
    const what = { workload, policy: name, deterministic: policy.deterministic }
    found.push({
      ...what,
      allocation: compare(published, what, runs, 'allocation'),
      fragmentRatio: compare(published, what, runs, 'fragmentRatio'),
    })
  }
  return found
}
