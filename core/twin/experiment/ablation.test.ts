import { describe, expect, it } from 'vitest'
import { openbAbsent, openbExperiment } from '../../../test/setup/openb.ts'
import { ablate, fillVariants } from './ablation.ts'
import { experimentRead } from './experiment.ts'
import { experimentResample } from './resample.ts'

function made(rows: readonly string[]) {
  const pods = ['name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec', ...rows].join('\n')
  const nodes = 'sn,cpu_milli,memory_mib,gpu,model\nn1,8000,8192,2,A\nn2,16000,8192,4,A'
  return experimentRead({ name: 'nodes', text: nodes }, { name: 'pods', text: pods })
}

const mixed = made(
  Array.from(
    { length: 60 },
    (_, index) => `t${index},${500 * (1 + (index % 4))},16,1,${[300, 500, 1000][index % 3]},`,
  ),
)

describe('a list drawn from another', () => {
  it('has as many tasks, all of classes that are there, and its own target', () => {
    const drawn = experimentResample(mixed, 1)
    expect(drawn.tasks).toHaveLength(mixed.tasks.length)
    expect(drawn.demands).toBe(mixed.demands)
    const names = drawn.tasks.map(({ name }) => name)
    expect(names).toEqual(names.toSorted())
    const counts = (list: typeof mixed) =>
      list.demands.map((_, at) => list.tasks.filter(({ demand }) => demand === at).length)
    expect(counts(drawn)).not.toEqual(counts(mixed))
    expect(drawn.target).not.toEqual(mixed.target)
  })

  it('is the same with the same seed, and another with another', () => {
    expect(experimentResample(mixed, 3)).toEqual(experimentResample(mixed, 3))
    expect(experimentResample(mixed, 3).tasks).not.toEqual(experimentResample(mixed, 4).tasks)
  })
})

describe('an ablation', () => {
  it('names each variant once, and runs each with each seed', () => {
    expect(new Set(fillVariants.map(({ name }) => name)).size).toBe(fillVariants.length)
    const runs = ablate({ name: 'mixed', experiment: mixed }, fillVariants, [1, 2])
    const told: string[] = []
    let step = runs.next()
    for (; step.done !== true; step = runs.next()) told.push(`${step.value.variant} ${step.value.seed}`)
    expect(told).toEqual(fillVariants.flatMap(({ name }) => [`${name} 1`, `${name} 2`]))
    expect(step.value.map(({ variant }) => variant)).toEqual(fillVariants.map(({ name }) => name))
    for (const { allocation } of step.value) expect(allocation).toBeGreaterThan(50)
  })

  it('shows that the sequences are what the policy lives by', ({ skip }) => {
    if (openbAbsent) skip(openbAbsent)
    const few = fillVariants.filter(({ name }) => ['fill', 'no fill term', 'fgd'].includes(name))
    const runs = ablate({ name: 'gpuspec10', experiment: openbExperiment('gpuspec10') }, few, [42])
    let step = runs.next()
    while (step.done !== true) step = runs.next()
    const [whole, without, fgd] = step.value.map(({ allocation }) => allocation)
    expect(whole).toBeGreaterThan((fgd ?? 0) + 0.5)
    expect(without).toBeLessThan(fgd ?? 0)
  })
})
