import fc from 'fast-check'
import { expect, it } from 'vitest'
import { marksMax, sortNext, viewRead, viewWrite } from './view.ts'

const text = fc.string({ minLength: 1, maxLength: 12 })

it('reads back the view that it wrote, and leaves the rest of the address alone', () => {
  fc.assert(
    fc.property(
      fc.record({
        filter: fc.string(),
        sort: fc.option(text),
        columns: fc.option(fc.array(fc.constantFrom('name', 'state', 'cpu'), { minLength: 1 })),
        row: fc.option(text),
        marks: fc.array(text, { maxLength: 5 }),
      }),
      (view) => {
        const written = viewWrite(new URLSearchParams('at=2026-01-31T12:00:00Z'), view)
        const again = new URLSearchParams(written.toString())
        expect(viewRead(again)).toEqual(view)
        expect(again.get('at')).toBe('2026-01-31T12:00:00Z')
      },
    ),
  )
})

it('bounds the marks of an address that someone made', () => {
  const search = new URLSearchParams(Array.from({ length: marksMax + 50 }, (_, i) => ['mark', String(i)]))
  expect(viewRead(search).marks).toHaveLength(marksMax)
})

it('turns a heading from ascending to descending to the own order', () => {
  expect([null, 'name', '-name', 'cpu'].map((sort) => sortNext(sort, 'name'))).toEqual([
    'name',
    '-name',
    null,
    'name',
  ])
})
