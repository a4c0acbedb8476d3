import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../inventory.ts'
import { decide } from '../planner/decide.ts'
import { node, site, siteId, workload } from '../planner/made-up.ts'
import { composable, compositionParse, policyCompose } from './compose.ts'
import { policyResolve } from './policies.ts'

describe('a sum of scores as text', () => {
  it.each([
    ['best-fit*0.7+carbon*0.3', ['best-fit', 0.7], ['carbon', 0.3]],
    ['carbon', ['carbon', 1]],
    [' .5 * spread + lowLatency ', ['spread', 0.5], ['lowLatency', 1]],
    ['pack*-2+2*fill', ['pack', -2], ['fill', 2]],
  ])('%s', (text, ...expected) => {
    expect(compositionParse(text)).toEqual(expected.map(([name, weight]) => ({ name, weight })))
  })

  it('reads back what it is written as', () => {
    const term = fc.record({
      name: fc.constantFrom(...composable.map(({ name }) => name)),
      weight: fc.integer({ min: -9999, max: 9999 }).map((each) => (each === 0 ? 1 : each / 100)),
    })
    fc.assert(
      fc.property(fc.uniqueArray(term, { minLength: 1, selector: ({ name }) => name }), (terms) => {
        const text = terms.map(({ name, weight }) => `${name}*${weight}`).join('+')
        expect(compositionParse(text)).toEqual(terms)
        expect(policyCompose(text, terms).scores).toHaveLength(terms.length)
      }),
    )
  })

  it.each([
    ['best-fit*0.7+luck*0.3', 'there is no score "luck"; there are the scores best-fit, dot-product'],
    ['best-fit*', '"best-fit*" is not a score with a weight, as best-fit*0.7'],
    ['best-fit*1+', '"" is not a score with a weight'],
    ['2*3', 'is not a score with a weight'],
    ['best-fit*0.5*2', 'is not a score with a weight'],
    ['best-fit*carbon', 'is not a score with a weight'],
    ['best-fit*0+carbon', 'the weight of "best-fit" must be'],
    ['best-fit*5000+carbon', 'from -1000 to 1000'],
    ['carbon*1+carbon*2', 'the score "carbon" is there twice'],
    ['best-fit*NaN+carbon', 'is not a score with a weight'],
  ])('refuses %s', (text, message) => {
    expect(() => policyResolve({ algorithm: text })).toThrow(message)
  })

  it('has no weights besides its own', () => {
    expect(() => policyResolve({ algorithm: 'pack*1+spread*2', weights: { pack: 1 } })).toThrow(
      'has no weights',
    )
  })
})

describe('scores that count in points are weighed as 0 to 1', () => {
  const sites = [site('cloud', { carbonGramsPerKwh: 250 }), site('edge', { carbonGramsPerKwh: 0 })]
  const nodes = [
    node('tight', { cpuCores: 2, gib: 4 }, { workloadCount: 1 }),
    node('clean', { cpuCores: 8, gib: 32 }, { siteId: siteId('edge'), workloadCount: 1 }),
  ]
  const inventory = inventoryCreate(sites, nodes, [])
  const asked = workload('w', { cpuCores: 2, gib: 4 })

  // Best fit: the tight node leaves nothing, 100 points; the clean one 6 of 8 cores and 28 of 32 GiB, 18 points.
  // Carbon: 1/2 at 250 g, 1 at none.
  it.each([
    ['best-fit*1+carbon*1', 'tight', 1 + 0.5, 0.18 + 1],
    ['best-fit*0.5+carbon*1', 'clean', 0.09 + 1, 0.5 + 0.5],
  ])('%s takes the %s node', (algorithm, expected, best, next) => {
    const decision = decide(inventory, asked, policyResolve({ algorithm }))
    expect(decision.chosen?.nodeName).toBe(expected)
    expect(decision.chosen?.total).toBeCloseTo(best, 9)
    expect(decision.runnerUp?.total).toBeCloseTo(next, 9)
    expect(Object.keys(decision.chosen?.scores ?? {})).toEqual(['bestFit', 'carbon'])
    expect(decision.message).toContain(`by ${algorithm}: total `)
  })
})
