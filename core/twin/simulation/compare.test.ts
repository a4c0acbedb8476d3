import { expect, it } from 'vitest'
import { resultsCompare } from './compare.ts'
import type { SimulationResult } from './result.ts'

const result = (policy: string, more: Partial<SimulationResult>): SimulationResult => ({
  policy,
  seed: 0,
  horizonSeconds: 10,
  standing: 0,
  arrived: 4,
  placed: 4,
  finished: 4,
  rejected: 0,
  running: 0,
  waiting: 0,
  waitSecondsMean: 0,
  waitSecondsMost: 0,
  allocated: { cpu: 0.5, memory: 0.5, gpu: null },
  allocatedPeak: { cpu: 1, memory: 1, gpu: null },
  fragmentShare: null,
  waitingMean: 0,
  restarts: 0,
  lostSeconds: 0,
  downSeconds: 0,
  migrations: 0,
  migrationsGivenUp: 0,
  migrationSeconds: 0,
  resized: 0,
  resizesRefused: 0,
  cpuUsedShare: null,
  overloadMinutes: null,
  memoryUsedShare: null,
  memoryOverloadMinutes: null,
  asleepMean: null,
  wakeUps: 0,
  wakeSeconds: 0,
  energyKwh: null,
  carbonKg: null,
  cost: null,
  latencyMsMean: null,
  curve: {
    seconds: [],
    cpu: [],
    memory: [],
    gpu: [],
    fragmentShare: [],
    waiting: [],
    running: [],
    moving: [],
    down: [],
    cpuUsed: [],
    overloaded: [],
    memoryUsed: [],
    memoryOverloaded: [],
    asleep: [],
    watts: [],
    carbonGramsPerHour: [],
    latencyMs: [],
  },
  ...more,
})

it('takes the mean over the seeds, and the best by what is better: more, or less', () => {
  const compared = resultsCompare([
    result('a', { placed: 2, waitSecondsMean: 10 }),
    result('a', { placed: 4, waitSecondsMean: 20, seed: 1 }),
    result('b', { placed: 4, waitSecondsMean: 30 }),
  ])
  const values = (name: string) => compared.find(({ measure }) => measure.name === name)?.values
  expect(values('placed')).toEqual([
    { policy: 'a', mean: 3, isBest: false },
    { policy: 'b', mean: 4, isBest: true },
  ])
  expect(values('waitMean')).toEqual([
    { policy: 'a', mean: 15, isBest: true },
    { policy: 'b', mean: 30, isBest: false },
  ])
})

it('names no best where all are level, and no value where the measure does not apply', () => {
  const compared = resultsCompare([result('a', {}), result('b', {})])
  expect(compared.flatMap(({ values }) => values).some(({ isBest }) => isBest)).toBe(false)
  expect(compared[0]?.values.map((each) => each.mean)).toEqual([null, null])
})
