import { expect, it } from 'vitest'
import type { Usage } from '@orrery/api/sample.ts'
import { chartRanges, sampleWindow, seriesColumns, withLimit } from './series.ts'

const sample = (second: number, cpuCores: number | null): Usage => ({
  at: new Date(second * 1000).toISOString(),
  cpuCores,
  memoryBytes: null,
  diskReadBytesPerSecond: null,
  diskWriteBytesPerSecond: null,
  netRxBytesPerSecond: null,
  netTxBytesPerSecond: null,
  powerWatts: null,
})

it('draws a hole in the samples as a gap and a slow sample as a line', () => {
  const { xs, ys } = seriesColumns(
    [sample(10, 1), sample(15, 2), sample(25, 3), sample(60, 4)],
    ['cpuCores'],
    5,
  )
  expect(xs).toEqual([10, 15, 25, 35, 60])
  expect(ys).toEqual([[1, 2, 3, null, 4]])
})

it('takes the usual distance of the samples as no gap, however fine the step is', () => {
  const slow = [0, 30, 60, 90, 300, 330].map((second) => sample(second, 1))
  expect(seriesColumns(slow, ['cpuCores'], 1).xs).toEqual([0, 30, 60, 90, 120, 300, 330])
})

it('keeps what was not measured as nothing', () => {
  expect(seriesColumns([sample(1, null)], ['cpuCores', 'powerWatts'], 1).ys).toEqual([[null], [null]])
})

it('asks for a few hundred points whatever the range, from a start that lies on a step', () => {
  for (const range of chartRanges) {
    const { sinceMs, untilMs, stepSeconds } = sampleWindow(range, 1_769_860_800_123)
    const points = (untilMs - sinceMs) / 1000 / stepSeconds
    expect(points).toBeGreaterThan(100)
    expect(points).toBeLessThan(340)
    expect(sinceMs % (stepSeconds * 1000)).toBe(0)
  }
})

it('draws the limit across the whole chart, also where nothing was measured', () => {
  expect(withLimit({ xs: [5, 12, 14], ys: [[1, 2, 3]] }, 8, 10, 20)).toEqual([
    [10, 12, 14, 20],
    [null, 2, 3, null],
    [8, 8, 8, 8],
  ])
  expect(withLimit({ xs: [], ys: [[]] }, 8, 10, 20)).toEqual([
    [10, 20],
    [null, null],
    [8, 8],
  ])
  expect(withLimit({ xs: [1], ys: [[2]] }, null, 0, 9)).toEqual([[1], [2]])
})
