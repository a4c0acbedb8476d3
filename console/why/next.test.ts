import { expect, it } from 'vitest'
import { nextSteps } from './next.ts'

const pending = (considered: number, ...filters: [string, number][]) => advise('', considered, filters)
const advise = (message: string, considered: number, filters: [string, number][]) =>
  nextSteps({
    outcome: 'pending',
    message,
    considered,
    filters: filters.map(([filter, removed]) => ({ filter, removed, message: '' })),
  })

it('has nothing to advise about a workload that has a place', () => {
  expect(nextSteps({ outcome: 'placed', considered: 9, filters: [], message: '' })).toEqual([])
})

it('advises by the filter that removed the most nodes', () => {
  expect(pending(0)[0]).toContain('no nodes')
  expect(pending(9, ['state', 1], ['cpu', 8])[0]).toContain('demand smaller')
  expect(pending(9, ['state', 8], ['cpu', 1])[0]).toContain('back into service')
  expect(pending(9, ['latency', 9])[0]).toContain('latency')
})

it('does not advise to make room where no room would do', () => {
  const message =
    'No node has 500 cores. Not even an empty node would do: ask for less, or add a larger node.'
  const steps = advise(message, 9, [['cpu', 9]])
  expect(steps[0]).toBe('Make its demand smaller, or add a node that is large enough.')
  expect(steps.join(' ')).not.toMatch(/stop|room/)
  const constrained = advise(message, 9, [['site', 8]])
  expect(constrained[0]).toContain('Loosen')
  expect(constrained[1]).toContain('large enough')
})
