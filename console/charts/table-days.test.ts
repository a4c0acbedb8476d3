import { expect, it } from 'vitest'
import { tableDays } from './table-days.ts'

it('says a day once, above its rows', () => {
  const midnight = Date.UTC(2026, 0, 31) / 1000
  expect(tableDays([midnight - 5, midnight, midnight + 3600], 'utc')).toEqual([
    { day: '2026-01-30 UTC', rows: [{ row: 0, time: '23:59:55' }] },
    {
      day: '2026-01-31 UTC',
      rows: [
        { row: 1, time: '00:00:00' },
        { row: 2, time: '01:00:00' },
      ],
    },
  ])
  expect(tableDays([], 'utc')).toEqual([])
})
