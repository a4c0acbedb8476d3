import { expect, it } from 'vitest'
import { runLook } from './choice.ts'

const run = { policies: ['best-fit', 'fgd'], seeds: [7, 8] }
const look = (search: string) => runLook(new URLSearchParams(search), run)

it('looks at the first policy beside the second, compared with the first', () => {
  expect(look('')).toEqual({
    policy: 'best-fit',
    seed: 7,
    beside: 'fgd',
    base: 'best-fit',
    table: false,
    why: null,
  })
})

it('reads what the address says, and passes over what the run does not have', () => {
  expect(look('policy=fgd&seed=8&beside=none&base=fgd&as=table&why=web-1')).toEqual({
    policy: 'fgd',
    seed: 8,
    beside: null,
    base: 'fgd',
    table: true,
    why: 'web-1',
  })
  expect(look('policy=nobody&seed=9&beside=nobody')).toEqual(look(''))
  expect(look('policy=fgd').beside).toBe('best-fit')
})
