import { expect, test } from 'vitest'
import { instantParse, unixNanos } from './instant.ts'
import { bytesShow, numberShow, spanShow } from './quantity.ts'
import { editDistance, likely } from './suggest.ts'
import { boxTable, cut, textWidth } from './table.ts'

test('quantities are short and none is shown as what it is not', () => {
  expect([0, 1023, 1024, 16785711104, 2 ** 60].map(bytesShow)).toEqual([
    '0 B',
    '1023 B',
    '1 KiB',
    '15.6 GiB',
    '1 EiB',
  ])
  expect([0, 1200, 0.5, 51.846000000000004, 1 / 3].map((value) => numberShow(value))).toEqual([
    '0',
    '1200',
    '0.5',
    '51.85',
    '0.33',
  ])
  expect([-5, 0, 59_999, 60_000, 3_661_000, 90_000_000].map(spanShow)).toEqual([
    '0s',
    '0s',
    '59s',
    '1m',
    '1h 1m',
    '1d 1h',
  ])
})

test.each([
  ['2026-01-31T12:00:00.123456Z', '2026-01-31T12:00:00.123456Z'],
  ['2026-01-31T12:00:00+01:00', '2026-01-31T12:00:00+01:00'],
  ['2026-01-31', '2026-01-31T00:00:00Z'],
  ['2026-01-31 09:30', '2026-01-31T09:30:00Z'],
  ['now', '2026-01-31T12:00:00.000Z'],
  ['15m', '2026-01-31T11:45:00.000Z'],
  ['-2h', '2026-01-31T10:00:00.000Z'],
  ['1d ago', '2026-01-30T12:00:00.000Z'],
  ['2026-13-01', null],
  ['yesterday', null],
])('instant %s', (text, instant) =>
  expect(instantParse(text, Date.parse('2026-01-31T12:00:00Z'))).toBe(instant),
)

test('nanoseconds keep every digit, in any offset', () => {
  expect(unixNanos('2024-03-12T20:19:56.511123+01:00')).toBe(1710271196511123000n)
  expect(unixNanos('2024-03-12T19:19:56Z')).toBe(1710271196000000000n)
  expect(unixNanos('1969-12-31T23:59:59.5Z')).toBe(-500000000n)
  expect(unixNanos('0001-01-01T00:00:00Z')).toBe(-62135596800000000000n)
})

test('a swap, a loss and a wrong letter are one mistake each; a distant word is not suggested', () => {
  expect([
    editDistance('lsit', 'list'),
    editDistance('nod', 'node'),
    editDistance('nude', 'node'),
    editDistance('', 'abc'),
  ]).toEqual([1, 1, 1, 3])
  expect(likely('wrokload', ['node', 'workload', 'worker'])).toBe('workload')
  expect(likely('banana', ['node', 'workload'])).toBeNull()
})

test('wide characters and colours do not shift a column', () => {
  expect([
    textWidth('abc'),
    textWidth('日本'),
    textWidth('👩‍🚀'),
    textWidth('\u001b[32mok\u001b[39m'),
    textWidth('é'),
  ]).toEqual([3, 4, 2, 2, 1])
  expect(
    boxTable(
      ['ID', 'N'],
      [
        ['日本', '1'],
        ['a', '22'],
      ],
    ),
  ).toBe('╭──────┬────╮\n│ ID   │ N  │\n├──────┼────┤\n│ 日本 │ 1  │\n│ a    │ 22 │\n╰──────┴────╯\n')
  expect(cut('\u001b[32mabcdef\u001b[39m', 4)).toBe('\u001b[32mabc…\u001b[0m')
  expect(cut('abc', 3)).toBe('abc')
})
