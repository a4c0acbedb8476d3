/**
 * The published placement experiment (Weng et al., "Beware of Fragmentation", USENIX ATC 2023), number for number: a few
 * runs here, all that have published figures in reproduce.long.test.ts.
 */
import { describe, expect, it } from 'vitest'
import { policyResolve } from '../../policy/policies.ts'
import { arrivalsOf } from './arrivals.ts'
import type { Experiment } from './experiment.ts'
import { goldenOf, outcome } from './golden-check.ts'
import { golden } from './golden.ts'
import { openbAbsent, openbExperiment, openbPublished, openbTarget } from '../../../test/setup/openb.ts'
import { reproduce } from './reproduce.ts'
import { experimentRun } from './run.ts'

const read = openbAbsent ? null : openbExperiment('default')
function present(skip: (reason: string) => never): Experiment {
  return read ?? skip(openbAbsent || '')
}

describe('the published experiment', () => {
  it('has the published target, to the last digit of its shares', ({ skip }) => {
    const target = present(skip).target.classes.map(({ demand: { cpuCores, gpu }, share }) => [
      Math.round(cpuCores * 1000),
      gpu.milli,
      gpu.count,
      share,
    ])
    expect(target).toEqual(openbTarget().map(([cpu, milli, count, , share]) => [cpu, milli, count, share]))
  })

  it.for(golden.slice(0, 2))(
    'arrives, places and ends as published with seed $seed',
    (expected, { skip }) => {
      expect(goldenOf(present(skip), expected.seed)).toEqual(expected)
    },
  )

  it.for([
    ['gpu-packing', 2794, 5_688_580],
    ['gpu-clustering', 2797, 5_686_120],
    ['dot-product', 2874, 5_624_470],
  ] as const)(
    '%s turns %i tasks away and ends with %i milli in use',
    ([algorithm, ...expected], { skip }) => {
      const experiment = present(skip)
      const run = experimentRun(experiment, arrivalsOf(experiment, 42), policyResolve({ algorithm }), 42)
      expect(outcome(run)).toEqual(expected)
    },
  )

  it('gives the published figures with every policy that does not draw', ({ skip }) => {
    const experiment = present(skip)
    const policies = ['fgd', 'best-fit', 'gpu-packing', 'gpu-clustering', 'dot-product']
    const runs = reproduce(experiment, openbPublished(), { workload: 'default', policies, seeds: [44, 45] })
    let step = runs.next()
    while (step.done !== true) step = runs.next()
    expect(step.value.map(({ policy }) => policy)).toEqual(policies)
    for (const { allocation, fragmentRatio } of step.value) {
      expect([allocation, fragmentRatio]).toMatchObject([
        { verdict: 'reproduced' },
        { verdict: 'reproduced' },
      ])
    }
  })
})
