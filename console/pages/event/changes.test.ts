import { expect, it } from 'vitest'
import { eventChanges } from './changes.ts'

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
