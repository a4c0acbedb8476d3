import { expect, it } from 'vitest'
import { labAddress, labAsked, labDraft, seedsRead } from './draft.ts'

const asked = (search: string) => {
  const draft = labDraft(new URLSearchParams(search))
  return labAsked(draft, draft.policies ?? ['best-fit'])
}
const at = '2026-01-31T12:00:00Z'

it('asks for no more than was said', () => {
  expect(asked('').body).toEqual({ policies: ['best-fit'] })
  expect(
    asked(
      `name=try&source=window&since=2026-01-31T11:00:00Z&until=${at}&policy=fgd&policy=fill&seeds=7,42-44&horizon=60&unplaced=reject&anew=yes`,
    ).body,
  ).toEqual({
    name: 'try',
    source: { kind: 'window', since: '2026-01-31T11:00:00Z', until: at },
    policies: ['fgd', 'fill'],
    seeds: [7, 42, 43, 44],
    horizonSeconds: 60,
    unplaced: 'reject',
    anew: true,
  })
})

it.for<[string, string]>([
  ['source=instant', 'which instant'],
  ['source=window&since=a', 'until when'],
  [`source=window&since=${at}&until=${at}`, 'ends before'],
  ['policy=', 'at least one policy'],
  ['seeds=one', 'whole numbers'],
  ['seeds=1-1000', 'whole numbers'],
  ['horizon=0', 'longer than nothing'],
])('says what is missing of ?%s', ([search, wrong]) => {
  expect(asked(search)).toMatchObject({ body: null, wrong: expect.stringContaining(wrong) as string })
})

it('reads seeds once each', () => {
  expect(seedsRead('3 1-3')).toEqual([3, 1, 2])
  expect(seedsRead('')).toEqual([])
  expect(seedsRead('5-4')).toBeNull()
})

it('asks for a scenario as it was written, which says the rest for itself', () => {
  const scenario = { text: 'name: a', files: { 'pods.csv': 'name' } }
  const draft = (search: string) => labDraft(new URLSearchParams(`source=scenario&${search}`))
  expect(labAsked(draft('horizon=60&unplaced=reject&anew=yes'), [], scenario).body).toEqual({
    source: { kind: 'scenario', ...scenario },
  })
  expect(labAsked(draft('name=try&policy=fgd&seeds=7'), ['fgd'], { text: 'name: a' }).body).toEqual({
    name: 'try',
    source: { kind: 'scenario', text: 'name: a' },
    policies: ['fgd'],
    seeds: [7],
  })
  expect(labAsked(draft(''), [], { text: ' ' }).wrong).toContain('Write the scenario')
  expect(labAsked(draft(''), [], { text: '#'.repeat(2 ** 18 + 1) }).wrong).toContain('longer than 262144')
  const address = labAddress({
    source: { kind: 'scenario', name: 'a' },
    policies: ['fgd'],
    seeds: [1],
    horizonSeconds: 3600,
    unplaced: 'reject',
    anew: false,
  })
  expect(address).toBe('/lab?source=scenario&policy=fgd&seeds=1')
})

it('gives the address of what a run was asked for', () => {
  const address = labAddress({
    source: { kind: 'instant', at },
    policies: ['fgd', 'fill'],
    seeds: [1, 2],
    horizonSeconds: 3600,
    unplaced: 'wait',
    anew: true,
  })
  expect(asked(address.slice(address.indexOf('?'))).body).toEqual({
    source: { kind: 'instant', at },
    policies: ['fgd', 'fill'],
    seeds: [1, 2],
    horizonSeconds: 3600,
    anew: true,
  })
})
