import { expect, it } from 'vitest'
import { eventChanges, eventChangesShort } from './changes.ts'

it('says what differs, and leaves out what stayed', () => {
  expect(
    eventChanges(
      { state: 'starting', node: 'a', labels: { zone: 'b' } },
      { state: 'running', node: 'a', labels: {} },
    ),
  ).toEqual([
    { what: 'state', before: 'starting', after: 'running' },
    { what: 'labels', before: '{"zone":"b"}', after: '{}' },
  ])
})

it('knows beginnings and ends', () => {
  expect(eventChanges(null, { state: 'pending', node: null })).toEqual([
    { what: 'state', before: 'nothing', after: 'pending' },
  ])
  expect(eventChanges({ state: 'stopped' }, null)).toEqual([
    { what: 'state', before: 'stopped', after: 'nothing' },
  ])
  expect(eventChanges(null, 'text')).toEqual([])
})

it('says in a line what an update changed, and nothing of beginnings', () => {
  expect(
    eventChangesShort(
      { version: 1, nodeId: '7', renewableShare: 0.52, kind: 'edge' },
      { version: 2, renewableShare: 0.5, kind: 'edge' },
    ),
  ).toBe('renewable share 52% → 50%')
  expect(eventChangesShort({ version: 1 }, { version: 2 })).toBe(null)
  expect(eventChangesShort(null, { renewableShare: 0.5 })).toBe(null)
  expect(eventChangesShort({ a: 1, b: 1, c: 1, d: 1 }, { a: 2, b: 2, c: 2, d: 2 })).toBe(
    'a 1 → 2, b 1 → 2, c 1 → 2, …',
  )
})

it('gives quantities their unit, and small differences all their digits', () => {
  const short = (before: object, after: object) => eventChangesShort(before, after)
  expect(short({ carbonGramsPerKwh: 223.9 }, { carbonGramsPerKwh: 229.7 })).toBe(
    'carbon 224 g/kWh → 230 g/kWh',
  )
  expect(short({ carbonGramsPerKwh: 223.91 }, { carbonGramsPerKwh: 223.98 })).toBe('carbon 223.91 → 223.98')
  expect(short({ overcommitRatio: null }, { overcommitRatio: 2 })).toBe('overcommit ratio nothing → 2')
  expect(short({ demand: { cpuCores: 1, diskBytes: 0 } }, { demand: { cpuCores: 2, diskBytes: 0 } })).toBe(
    'demand cpu 1 core → 2 cores',
  )
  expect(eventChanges({ memoryBytes: 1024 }, { memoryBytes: 2048 })).toEqual([
    { what: 'memoryBytes', before: '1 KiB', after: '2 KiB' },
  ])
})
