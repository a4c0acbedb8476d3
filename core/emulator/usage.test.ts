import type { Demand } from '@orrery/api/quantity.ts'
import { sampleFields } from '@orrery/api/sample.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SeriesRow } from '../trace/series.ts'
import { startSeconds } from './config.ts'
import { emulatorDemo } from './demo.ts'
import { carbonAt, powerWatts } from './energy.ts'
import { emulatorNodes } from './node.ts'
import { type UsageSubject, hostUsage, seriesRowAt, usageAt } from './usage.ts'

const demo = emulatorDemo()
const zero = startSeconds(demo)
const hours = (value: number) => Array.from({ length: 24 }, () => value)

const anySubject = fc.record({
  key: fc.string(),
  startSeconds: fc.integer({ min: 0, max: 2e9 }),
  demand: fc.record({
    cpuCores: fc.double({ min: 0, max: 64, noNaN: true }),
    memoryBytes: fc.integer({ min: 0, max: 2 ** 40 }),
    diskBytes: fc.constant(0),
    gpu: fc.constant<Demand['gpu']>({ count: 0, milli: 0, models: [] }),
  }),
})
const anyNow = fc.double({ min: 0, max: 4e9, noNaN: true })
const anySeries = fc
  .uniqueArray(fc.nat(10_000), { minLength: 1, maxLength: 20 })
  .map((times) => times.toSorted((a, b) => a - b))
  .map((times) =>
    times.map((time, index): SeriesRow => ({
      atMicros: time * 1e6,
      values: [index, index * 1e9, null, 5, null, null, null],
    })),
  )

describe('usage', () => {
  it('is within the demand, not negative, and the same for the same seed and time', () => {
    fc.assert(
      fc.property(anySubject, anyNow, fc.option(anySeries, { nil: undefined }), (subject, now, series) => {
        const usage = usageAt(demo, subject, now, series)
        expect(usageAt(emulatorDemo(), subject, now, series)).toEqual(usage)
        expect(usage.cpuCores).toBeLessThanOrEqual(subject.demand.cpuCores)
        expect(usage.memoryBytes).toBeLessThanOrEqual(subject.demand.memoryBytes)
        for (const value of Object.values(usage)) expect(value).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('changes with the seed, with the workload, and within ten seconds of a clock at speed 60', () => {
    const subject = (key: string): UsageSubject => ({
      key,
      startSeconds: 0,
      demand: { cpuCores: 4, memoryBytes: 8e9, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } },
    })
    const now = usageAt(demo, subject('a'), zero)
    expect(usageAt(emulatorDemo({ seed: 7 }), subject('a'), zero)).not.toEqual(now)
    expect(usageAt(demo, subject('b'), zero)).not.toEqual(now)
    expect(Math.abs(usageAt(demo, subject('a'), zero + 600).cpuCores - now.cpuCores)).toBeGreaterThan(1e-4)
  })

  it('follows a recorded series from its first row, and anew after its last', () => {
    const rows = [10, 20, 30].map((time, index): SeriesRow => ({
      atMicros: time * 1e6,
      values: [index, null, null, 7, null, null, null],
    }))
    const subject: UsageSubject = {
      key: 'k',
      startSeconds: 1000,
      demand: { cpuCores: 1.5, memoryBytes: 100, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } },
    }
    const cores = (elapsed: number) => usageAt(demo, subject, 1000 + elapsed, rows).cpuCores
    expect([0, 9.9, 10, 19.9, 20, 29.9, 30, 40].map(cores)).toEqual([0, 0, 1, 1, 1.5, 1.5, 0, 1])
    expect(usageAt(demo, subject, 1000, rows).diskWriteBytesPerSecond).toBe(7)
  })

  it('finds in any series the row that a search from the front finds', () => {
    fc.assert(
      fc.property(anySeries, fc.integer({ min: -20_000, max: 40_000 }), (series, elapsed) => {
        const [first, last] = [series[0]?.atMicros ?? 0, series.at(-1)?.atMicros ?? 0]
        const period = series.length === 1 ? 1 : last - first + (last - first) / (series.length - 1)
        const into = first + ((((elapsed * 1e6) % period) + period) % period)
        expect(seriesRowAt(series, elapsed)).toEqual(
          series.length === 1 ? series[0] : series.findLast((row) => row.atMicros <= into),
        )
      }),
    )
    expect(seriesRowAt([], 5)).toBeNull()
  })

  it('of a host is the sum of its workloads’ and a little more, and never above its capacity', () => {
    fc.assert(
      fc.property(
        fc.array(anySubject, { maxLength: 30 }),
        fc.nat(55),
        anyNow,
        fc.nat(4000),
        (subjects, at, now, gpuMilli) => {
          const node = emulatorNodes(demo)[at]
          if (node === undefined) throw new Error('the demonstration has 56 nodes')
          const machines = subjects.map((subject) => usageAt(demo, subject, now))
          const usage = hostUsage(node.group, machines, gpuMilli)
          expect(usage.cpuCores).toBeLessThanOrEqual(node.group.capacity.cpuCores)
          expect(usage.memoryBytes).toBeLessThanOrEqual(node.group.capacity.memoryBytes)
          const cores = machines.reduce((sum, machine) => sum + machine.cpuCores, 0)
          if (usage.cpuCores < node.group.capacity.cpuCores)
            expect(usage.cpuCores).toBeGreaterThanOrEqual(cores)
          expect(usage.powerWatts).toBe(powerWatts(node.group, usage.cpuCores, gpuMilli))
          expect(Object.keys(usage).toSorted()).toEqual([...sampleFields].toSorted())
        },
      ),
    )
  })
})

describe('energy', () => {
  it('is idle power and more for cores and GPUs', () => {
    expect(powerWatts({ power: { idleWatts: 100, wattsPerCore: 5, wattsPerGpu: 300 } }, 2.5, 1500)).toBe(
      562.5,
    )
  })

  it('has the carbon of the hour, and changes evenly to the next, over midnight too', () => {
    const site = { carbonGramsPerKwh: hours(0).map((_, hour) => hour * 10), renewableShare: hours(0.5) }
    const at = (hour: number) => carbonAt(site, hour * 3600).carbonGramsPerKwh
    expect([0, 6, 6.5, 23, 23.5, 24, 30].map(at)).toEqual([0, 60, 65, 230, 115, 0, 60])
    expect(at(-1)).toBe(230)
    expect(carbonAt(site, 5).renewableShare).toBe(0.5)
  })

  it('is cleaner in the demonstration at noon than at night', () => {
    for (const site of demo.sites) {
      expect(carbonAt(site, 12 * 3600).carbonGramsPerKwh).toBeLessThan(carbonAt(site, 0).carbonGramsPerKwh)
    }
  })
})
