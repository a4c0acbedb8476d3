/** Every published figure of five workloads, six policies and ten seeds; see experiment.test.ts. */
import { describe, expect, it } from 'vitest'
import { goldenOf } from './golden-check.ts'
import { golden } from './golden.ts'
import { openbAbsent, openbExperiment, openbPublished, openbWorkloads } from '../../../test/setup/openb.ts'
import { reproduciblePolicies } from './published.ts'
import { reproduce } from './reproduce.ts'

describe('all published runs', () => {
  const seeds = golden.map(({ seed }) => seed)

  it.for(openbWorkloads)('of the workload %s are reproduced', (workload, { skip }) => {
    if (openbAbsent) skip(openbAbsent)
    const runs = reproduce(openbExperiment(workload), openbPublished(), {
      workload,
      policies: reproduciblePolicies,
      seeds,
    })
    let step = runs.next()
    while (step.done !== true) step = runs.next()
    const verdicts = step.value.map(({ policy, allocation, fragmentRatio }) => [
      policy,
      allocation.verdict,
      fragmentRatio.verdict,
    ])
    expect(verdicts).toEqual(reproduciblePolicies.map((policy) => [policy, 'reproduced', 'reproduced']))
  })

  it('place as published from the first task to the last', ({ skip }) => {
    if (openbAbsent) skip(openbAbsent)
    const experiment = openbExperiment('default')
    expect(seeds.map((seed) => goldenOf(experiment, seed))).toEqual(golden)
  })
})
