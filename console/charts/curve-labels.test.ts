import { expect, it } from 'vitest'
import { apart } from './curve-labels.ts'

it('leaves names where their lines end when there is room', () => {
  expect(apart([80, 20, 50], 13, 0, 100)).toEqual([80, 20, 50])
})

it('pushes names apart that would lie on each other, in the order of their lines', () => {
  expect(apart([50, 50, 52], 10, 0, 100)).toEqual([50, 60, 70])
})

it('keeps them above the bottom', () => {
  expect(apart([99, 99], 10, 0, 100)).toEqual([90, 100])
})
