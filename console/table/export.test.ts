import { expect, it } from 'vitest'
import type { Column } from './column.ts'
import { csvWrite } from './export.ts'

const column = (key: string): Column<Record<string, string | number | null>> => ({
  key,
  title: key,
  width: 1,
  cell: () => null,
  text: (row) => row[key] ?? null,
})

it('quotes what needs it, keeps numbers, leaves nothing for null, and disarms formulas', () => {
  const rows = [
    { a: 'plain', b: 1.5 },
    { a: 'with "quotes", and\nlines', b: null },
    { a: '=1+1', b: -2 },
  ]
  expect(csvWrite(rows, [column('a'), column('b')])).toBe(
    'a,b\r\nplain,1.5\r\n"with ""quotes"", and\nlines",\r\n\'=1+1,-2\r\n',
  )
})

it('gives the unit of a number in the heading', () => {
  expect(csvWrite([{ a: 2 }], [{ ...column('a'), title: 'Memory', unit: 'bytes' }])).toBe(
    'Memory (bytes)\r\n2\r\n',
  )
})
