import { expect, it } from 'vitest'
import { type Chain, chainEnded, chainExtend, chainPagesOf, chainRead, chainStart } from './chain.ts'

const rows = (chain: Chain<string>) => chain.flatMap((link) => link.rows)

function three(): Chain<string> {
  let chain = chainRead(chainStart<string>(), 0, { items: ['a', 'b'], next: '1' })
  chain = chainRead(chainExtend(chain), 1, { items: ['c', 'd'], next: '2' })
  return chainRead(chainExtend(chain), 2, { items: ['e'], next: null })
}

it('grows page by page until the list ends', () => {
  const chain = three()
  expect(rows(chain)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(chainEnded(chain)).toBe(true)
  expect(chainExtend(chain)).toBe(chain)
})

it('does not grow while its last page is unread', () => {
  const chain = chainExtend(chainRead(chainStart<string>(), 0, { items: ['a'], next: '1' }))
  expect(chainExtend(chain)).toBe(chain)
  expect(chainEnded(chain)).toBe(false)
})

it('asks the page behind anew when a page ends elsewhere, and keeps its rows until then', () => {
  const chain = chainRead(three(), 0, { items: ['a', 'ab'], next: '1b' })
  expect(chain.map((link) => link.cursor)).toEqual([null, '1b', '2'])
  expect(rows(chain)).toEqual(['a', 'ab', 'c', 'd', 'e'])
})

it('drops what is behind a page that became the last', () => {
  expect(rows(chainRead(three(), 1, { items: ['c'], next: null }))).toEqual(['a', 'b', 'c'])
})

it('stays the same object when a page was read again without change', () => {
  const items = ['a']
  const chain = chainRead(chainStart<string>(), 0, { items, next: null })
  expect(chainRead(chain, 0, { items, next: null })).toBe(chain)
})

it('finds the pages that hold the rows in sight', () => {
  expect(chainPagesOf(three(), 0, 1)).toEqual({ from: 0, to: 0 })
  expect(chainPagesOf(three(), 1, 2)).toEqual({ from: 0, to: 1 })
  expect(chainPagesOf(three(), 4, 9)).toEqual({ from: 2, to: 2 })
})
