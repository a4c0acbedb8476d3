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
  ).toBe('renewable share 0.52 → 0.5')
  expect(eventChangesShort({ version: 1 }, { version: 2 })).toBe(null)
  expect(eventChangesShort(null, { renewableShare: 0.5 })).toBe(null)
  expect(eventChangesShort({ a: 1, b: 1, c: 1, d: 1 }, { a: 2, b: 2, c: 2, d: 2 })).toBe(
    'a 1 → 2, b 1 → 2, c 1 → 2, …',
  )
})
