import { expect, it } from 'vitest'
import { constraintWords } from './constraints.ts'

it('says each constraint once, and nothing where there is none', () => {
  expect(constraintWords({})).toEqual([])
  expect(
    constraintWords({
      capabilities: ['kvm'],
      nodeLabels: { zone: 'a' },
      riskLevel: 0,
      renewableShareMin: 0.5,
      latencyMsMax: 20,
      antiAffinity: 'web',
    }),
  ).toEqual([
    'the node offers kvm',
    'the node is labelled zone=a',
    'the site allows risk level 0',
    'at least 50% renewable power',
    'within 20 ms',
    'not beside another of the group web',
  ])
})
