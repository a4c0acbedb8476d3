import type { Policy } from '@orrery/api/policy.ts'
import type { PolicyId } from '@orrery/api/id.ts'
import { expect, it } from 'vitest'
import { policiesUsual, policyOptions } from './policy-choice.ts'

const at = '2026-01-31T12:00:00Z'
const policy = (name: string, algorithm: string, active = false): Policy => ({
  id: name as PolicyId,
  name,
  algorithm,
  mode: 'auto',
  weights: {},
  features: null,
  seed: 1,
  active,
  createdAt: at,
  updatedAt: at,
  version: 1,
})

it('offers stored policies before algorithms, and no name twice', () => {
  const options = policyOptions([policy('fgd', 'best-fit', true), policy('mine', 'fill')])
  expect(options.slice(0, 2)).toMatchObject([
    { name: 'fgd', title: 'Best fit', active: true, stored: true },
    { name: 'mine', title: 'Fillable GPUs' },
  ])
  expect(policyOptions([], ['fgd', 'fgd*0.5+pack*0.5']).at(-1)).toMatchObject({ title: 'A sum of scores' })
  expect(new Set(options.map(({ name }) => name)).size).toBe(options.length)
})

it('begins with the policy in charge beside another', () => {
  expect(policiesUsual([policy('pack', 'best-fit', true)])).toEqual(['pack', 'worst-fit'])
  expect(policiesUsual([policy('spread', 'worst-fit', true)])).toEqual(['spread', 'best-fit'])
  expect(policiesUsual([])).toEqual(['best-fit'])
})
