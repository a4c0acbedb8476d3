import { expect, it } from 'vitest'
import { differenceText, measureRows, measureText, measuresShown, sourceShort, sourceWords } from './words.ts'

const at = '2026-01-31T12:00:00Z'

it('says where a run began', () => {
  expect(sourceWords({ kind: 'live' }, 'utc')).toBe('the inventory as it was when asked')
  expect(sourceWords({ kind: 'instant', at }, 'utc')).toBe('as at 2026-01-31 12:00:00 UTC')
  expect(sourceShort({ kind: 'window', since: at, until: '2026-01-31T14:00:00Z' }, 'utc')).toBe(
    '2 h from 2026-01-31 12:00',
  )
  expect(sourceWords({ kind: 'scenario', name: 'a bad evening' }, 'utc')).toBe("the scenario 'a bad evening'")
})

it('gives a difference its sign, and none where there is none', () => {
  expect(measureText(81.26, '%')).toBe('81.3%')
  expect(measureText(null, '%')).toBe('–')
  expect(differenceText(81.26, 80, '%')).toBe('+1.3%')
  expect(differenceText(60, 90, 'seconds')).toBe('−30 s')
  expect(differenceText(80.01, 80, '%')).toBe('±0')
  expect(differenceText(null, 80, '%')).toBe('')
})

it('shows first where policies differ, and leaves out what nobody has', () => {
  const measure = (name: string, ...means: (number | null)[]) => ({
    name,
    title: name,
    unit: '%',
    better: 'more' as const,
    values: means.map((mean, at) => ({ policy: String(at), mean, isBest: false })),
  })
  const shown = measuresShown([
    measure('level', 50.01, 50.02),
    measure('none', null, null),
    measure('apart', 50, 60),
    measure('half known', null, 60),
  ])
  expect(shown.map(({ name }) => name)).toEqual(['apart', 'half known', 'level'])
})

it('writes the table for a file with the best of each row', () => {
  const values = [
    { policy: 'a', mean: 1, isBest: false },
    { policy: 'b', mean: 2, isBest: true },
  ]
  expect(
    measureRows([{ name: 'placed', title: 'got a place', unit: 'tasks', better: 'more', values }]),
  ).toEqual([
    ['measure', 'unit', 'better', 'a', 'b', 'best'],
    ['got a place', 'tasks', 'more', 1, 2, 'b'],
  ])
})
