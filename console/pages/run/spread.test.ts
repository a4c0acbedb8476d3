import { expect, it } from 'vitest'
import { spreadBins } from './spread.ts'

it('counts nodes by tenths, those with none apart, and leaves out who has no GPUs', () => {
  expect(spreadBins([0, 0.05, 0.1, 0.1001, 1, 1.2, null])).toEqual([1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 2])
  expect(spreadBins([null])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
})
