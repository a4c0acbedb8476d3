/** Our own policy in the published experiment, against the best of the published ones. */
import { describe, expect, it } from 'vitest'
import { openbAbsent, openbExperiment, openbWorkloads } from '../../../test/setup/openb.ts'
import { policyResolve } from '../../policy/policies.ts'
import { arrivalsOf } from './arrivals.ts'
import { experimentRun } from './run.ts'

describe('fill allocates more than FGD', () => {
  it.for(openbWorkloads)('of the workload %s, with every seed', (workload, { skip }) => {
    if (openbAbsent) skip(openbAbsent)
    const experiment = openbExperiment(workload)
    for (let seed = 42; seed <= 51; seed += 1) {
      const arrivals = arrivalsOf(experiment, seed)
      const [ours, theirs] = ['fill', 'fgd'].map((algorithm) => {
        const run = experimentRun(experiment, arrivals, policyResolve({ algorithm }), seed)
        return (100 * (run.usedMilli.at(-1) ?? 0)) / experiment.capacityMilli
      })
      expect(ours).toBeGreaterThan((theirs ?? 0) + 0.3)
    }
  })
})
