import { expect, it } from 'vitest'
import { isTimed } from './timed.ts'

it.for([
  ['/', true],
  ['/nodes', true],
  ['/workloads/web-1', true],
  ['/events', true],
  ['/plans', false],
  ['/providers/cloud', false],
  ['/nodes-of-mine', false],
] as const)('whether %s knows the past: %s', ([path, timed]) => {
  expect(isTimed(path)).toBe(timed)
})
