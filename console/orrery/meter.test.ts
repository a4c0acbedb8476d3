import { expect, it } from 'vitest'
import { frameMeter } from './meter.ts'

it('gives the frames of a second and the slowest of them', () => {
  const meter = frameMeter()
  expect(meter.read()).toEqual({ fps: 0, slowestMs: 0, frames: 0 })
  meter.add(Infinity)
  for (const ms of [20, 20, 60, 20]) meter.add(ms)
  const { fps, slowestMs, frames } = meter.read()
  expect(fps).toBeCloseTo(33.33, 1)
  expect([slowestMs, frames]).toEqual([60, 4])
})
