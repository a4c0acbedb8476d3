import { inventoryCreate } from '@orrery/core/inventory.ts'
import { expect, test } from 'vitest'
import type { LiveFork } from '../db/fork/read.ts'
import { uuidBytes } from '../db/fork/uuid-index.ts'
import { usageFold } from './usage.ts'

const id = (last: string) => `01a1feba-62e6-738f-bb5d-00000000000${last}`
const demand = { cpuCores: 4, memoryBytes: 1000, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } }
const fork: LiveFork = {
  at: '2026-01-31T12:00:00Z',
  inventory: inventoryCreate([], [], []),
  runningIds: Uint8Array.from([...uuidBytes(id('1')), ...uuidBytes(id('2'))]),
  running: {
    asks: [{ demand }],
    ask: new Int32Array(2),
    node: new Int32Array(2),
    devicesLow: new Uint32Array(2),
    devicesHigh: new Uint32Array(2),
    remainingSeconds: new Float64Array(2),
    nameOf: String,
  },
  tasks: [{ id: id('3'), name: 'comes', demand, constraints: {}, arrivalSeconds: 5, departureSeconds: null }],
}
type Row = readonly [last: string, step: number, used: number]
const row = (...given: Row) => given
function withUsage(
  start: LiveFork,
  of: 'usage' | 'memoryUsage',
  rows: readonly Row[],
  stepSeconds: number,
): LiveFork {
  const fold = usageFold(start, of, stepSeconds)
  for (const [last, step, used] of rows) fold.add(uuidBytes(id(last)), 0, step, used)
  return fold.fork()
}

test('each workload follows the steps that were measured of it, as shares of what it asks for', () => {
  const measured = withUsage(
    fork,
    'usage',
    [row('1', 1, 1), row('1', 3, 4), row('3', 0, 2), row('9', 0, 3)],
    10,
  )
  const shares = measured.usage?.map(({ share }) => [Array.from(share.seconds), Array.from(share.values)])
  expect(shares).toEqual([
    [
      [0, 30],
      [0.25, 1],
    ],
    [[0], [0.5]],
  ])
  expect(Array.from(measured.running.usage ?? [])).toEqual([0, -1])
  expect(measured.tasks[0]?.usage).toBe(1)
})

test('those who use alike share a profile, more than was asked for is all of it, and no measurement says nothing', () => {
  const measured = withUsage(fork, 'usage', [row('1', 0, 9), row('2', 0, 4)], 10)
  expect(measured.usage).toHaveLength(1)
  expect(Array.from(measured.running.usage ?? [])).toEqual([0, 0])
  expect(withUsage(fork, 'usage', [], 10).usage).toBeUndefined()
})

test('what was measured of memory is kept beside what was measured of cores, and neither needs the other', () => {
  const ofCores = withUsage(fork, 'usage', [row('1', 0, 2)], 10)
  const both = withUsage(ofCores, 'memoryUsage', [row('2', 0, 250), row('3', 0, 5000)], 10)
  expect(both.usage).toEqual(ofCores.usage)
  expect(both.running.usage).toEqual(ofCores.running.usage)
  expect(both.memoryUsage?.map(({ share }) => Array.from(share.values))).toEqual([[0.25], [1]])
  expect(Array.from(both.running.memoryUsage ?? [])).toEqual([-1, 0])
  expect(both.tasks[0]).toMatchObject({ memoryUsage: 1 })
  expect(withUsage(fork, 'memoryUsage', [row('2', 0, 250)], 10).usage).toBeUndefined()
})
