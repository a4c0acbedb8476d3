import { expect, it } from 'vitest'
import type { Constraints } from '@orrery/api/workload.ts'
import { constraintWords } from './constraints.ts'

// Ids are branded: a test makes its own.
const ids = (...given: string[]) =>
  given as unknown as NonNullable<Constraints['siteIds']> & NonNullable<Constraints['nodeIds']>

it('says each constraint once, and nothing where there is none', () => {
  expect(constraintWords({})).toEqual([])
  const words = constraintWords({
    capabilities: ['kvm'],
    nodeLabels: { zone: 'a' },
    riskLevel: 0,
    renewableShareMin: 0.5,
    latencyMsMax: 20,
    antiAffinity: 'web',
  })
  expect(words.map((each) => each.text)).toEqual([
    'the node offers kvm',
    'the node is labelled zone=a',
    'the site allows risk level 0',
    'at least 50% renewable power',
    'within 20 ms',
    'not beside another of the group web',
  ])
  expect(words.every((each) => each.of === null)).toBe(true)
})

it('names the sites and nodes that it may be at', () => {
  expect(constraintWords({ siteIds: ids('s1'), nodeIds: ids('n1', 'n2') })).toEqual([
    { text: 'at', of: { kind: 'site', ids: ['s1'] } },
    { text: 'on one of', of: { kind: 'node', ids: ['n1', 'n2'] } },
  ])
  expect(constraintWords({ siteIds: [] })[0]?.text).toBe('at no site at all')
  const [from] = ids('s1')
  expect(constraintWords({ latencyMsMax: 20, ...(from === undefined ? {} : { latencyFrom: from }) })).toEqual(
    [{ text: 'within 20 ms of', of: { kind: 'site', ids: ['s1'] } }],
  )
})
