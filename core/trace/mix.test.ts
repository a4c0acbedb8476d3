import { Demand } from '@orrery/api/quantity.ts'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { type MixTask, mixPlaces, mixRate, mixTasks, mixes } from './mix.ts'

const day = 86_400
const anyPlace = fc.constantFrom(...mixPlaces)

function until(seconds: number, tasks: Generator<MixTask, never>): MixTask[] {
  const taken: MixTask[] = []
  for (const task of tasks) {
    if (task.arrivalSeconds > seconds) return taken
    taken.push(task)
  }
  throw new Error('the mix ended')
}

describe('the synthetic mix', () => {
  it('asks only for what the interface allows, under different names, in order of arrival', () => {
    fc.assert(
      fc.property(fc.nat(), anyPlace, fc.nat(80), fc.nat(2 * day), (seed, place, standing, startSeconds) => {
        const tasks = until(startSeconds + day / 4, mixTasks({ seed, place, standing, startSeconds }))
        expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length)
        expect(
          tasks.filter(({ arrivalSeconds }) => arrivalSeconds === startSeconds).length,
        ).toBeGreaterThanOrEqual(standing)
        let last = startSeconds
        for (const task of tasks) {
          expect(Check(Demand, task.demand)).toBe(true)
          expect(task.arrivalSeconds).toBeGreaterThanOrEqual(last)
          expect(task.departureSeconds).toBeGreaterThan(task.arrivalSeconds)
          last = task.arrivalSeconds
        }
      }),
      { numRuns: 40 },
    )
  })

  it('is the same for the same seed', () => {
    const take = (seed: number) =>
      until(day, mixTasks({ seed, place: 'edge', standing: 20, startSeconds: 0 }))
    expect(take(1)).toEqual(take(1))
    expect(take(1)).not.toEqual(take(2))
  })

  it.for([...mixPlaces])('keeps about as many alive in %s as it began with', (place) => {
    const standing = 400
    const tasks = until(14 * day, mixTasks({ seed: 7, place, standing, startSeconds: 0 }))
    // At the end of whole days, so that the hour is the same; mixes with long lives move slowly.
    const alive = (at: number) =>
      tasks.filter((task) => task.arrivalSeconds <= at && (task.departureSeconds ?? at + 1) > at).length
    const counts = Array.from({ length: 14 * 24 }, (_, hour) => alive(hour * 3600))
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    expect(Math.abs(mean / standing - 1)).toBeLessThan(0.15)
  })

  it.for([...mixPlaces])('comes most often in %s at its peak hour', (place) => {
    const { peakHour, swing } = mixes[place]
    const tasks = until(20 * day, mixTasks({ seed: 3, place, standing: 300, startSeconds: 0 })).filter(
      ({ arrivalSeconds }) => arrivalSeconds > 0,
    )
    const within = (centre: number) =>
      tasks.filter(({ arrivalSeconds }) => Math.abs(((arrivalSeconds / 3600 - centre + 36) % 24) - 12) < 3)
        .length
    const ratio = within((peakHour + 12) % 24) / within(peakHour)
    expect(ratio).toBeLessThan(((1 - swing) / (1 + swing)) * 1.3 + 0.1)
    expect(mixRate(place, peakHour * 3600)).toBeCloseTo(1 + swing, 9)
  })
})
