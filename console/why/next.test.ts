import { expect, it } from 'vitest'
import { nextSteps } from './next.ts'

const pending = (considered: number, ...filters: [string, number][]) =>
  nextSteps({
    outcome: 'pending',
    considered,
    filters: filters.map(([filter, removed]) => ({ filter, removed, message: '' })),
  })

it('has nothing to advise about a workload that has a place', () => {
  expect(nextSteps({ outcome: 'placed', considered: 9, filters: [] })).toEqual([])
})

it('advises by the filter that removed the most nodes', () => {
  expect(pending(0)[0]).toContain('no nodes')
  expect(pending(9, ['state', 1], ['cpu', 8])[0]).toContain('demand smaller')
  expect(pending(9, ['state', 8], ['cpu', 1])[0]).toContain('back into service')
  expect(pending(9, ['latency', 9])[0]).toContain('latency')
})
