import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { WorkloadStay } from '@orrery/api/workload.ts'
import { lifeSegments } from './life.ts'

const start = Date.parse('2026-01-31T12:00:00Z')
const demand = { cpuCores: 1, memoryBytes: 1, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } }
function stays(seconds: number[]): WorkloadStay[] {
  let at = start
  return seconds.map((lasts, index) => {
    const since = new Date(at).toISOString()
    at += lasts * 1000
    const until = index === seconds.length - 1 ? null : new Date(at).toISOString()
    return {
      state: 'running',
      nodeId: null,
      nodeName: null,
      reason: null,
      demand,
      since,
      until,
      version: index,
    }
  })
}

it('gives each stay its share, the present one until now', () => {
  const segments = lifeSegments(stays([60, 30, 0]), start + 120_000)
  expect(segments.map((each) => each.seconds)).toEqual([60, 30, 30])
  expect(segments.map((each) => Math.round(each.share * 100))).toEqual([50, 25, 25])
})

it('always fills the bar, and shows even the shortest stay', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 40 }),
      (seconds) => {
        const total = seconds.reduce((sum, each) => sum + each, 0)
        const segments = lifeSegments(stays(seconds), start + total * 1000)
        expect(segments.reduce((sum, each) => sum + each.share, 0)).toBeCloseTo(1)
        for (const each of segments) expect(each.share).toBeGreaterThan(0.003)
      },
    ),
  )
})
