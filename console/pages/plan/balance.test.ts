import { expect, it } from 'vitest'
import type { PlanStep } from '@orrery/api/plan.ts'
import { nodeChanges } from './balance.ts'

const step = (
  kind: PlanStep['kind'],
  workloadName: string,
  nodeName: string | null,
  fromNodeName: string | null = null,
) => ({ kind, workloadName, nodeName, fromNodeName }) as PlanStep

it('adds up what arrives at and leaves each node', () => {
  expect(
    nodeChanges([
      step('place', 'w1', 'a'),
      step('migrate', 'w2', 'a', 'b'),
      step('unbind', 'w3', null, 'b'),
      step('resize', 'w4', 'c'),
    ]),
  ).toEqual([
    { node: 'a', arrives: ['w1', 'w2'], leaves: [] },
    { node: 'b', arrives: [], leaves: ['w2', 'w3'] },
  ])
})
