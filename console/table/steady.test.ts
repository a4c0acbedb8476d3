import { expect, it } from 'vitest'
import { steadyRows } from './steady.ts'

type Row = { id: string; value: number }
const row = (id: string, value = 0): Row => ({ id, value })
const steady = (shown: Row[], fresh: Row[]) => steadyRows(shown, fresh, (each) => each.id)

it('changes values in place and keeps the order', () => {
  const result = steady([row('a'), row('b')], [row('b', 2), row('a', 1)])
  expect(result.rows).toEqual([row('a', 1), row('b', 2)])
  expect(result.waiting).toBe(0)
})

it('keeps a row that is gone, and says so', () => {
  const result = steady([row('a'), row('b')], [row('b')])
  expect(result.rows.map((each) => each.id)).toEqual(['a', 'b'])
  expect([...result.gone]).toEqual(['a'])
  expect(result.waiting).toBe(1)
})

it('lets a row that would come between wait', () => {
  const result = steady([row('a'), row('c')], [row('a'), row('b'), row('c')])
  expect(result.rows.map((each) => each.id)).toEqual(['a', 'c'])
  expect(result.waiting).toBe(1)
})

it('adds the rows behind the end', () => {
  expect(steady([row('a')], [row('a'), row('b'), row('c')]).rows).toHaveLength(3)
})
