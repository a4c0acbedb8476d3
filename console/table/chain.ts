/**
 * Pages of a cursor-paged list, as a chain: the `next` of each page is the cursor of the one after it. A page that is
 * read again may end elsewhere than before; then the pages behind it are asked for anew, and only while they are seen.
 */
export type Link<Row> = { cursor: string | null; rows: readonly Row[]; next: string | null; read: boolean }
export type Chain<Row> = readonly Link<Row>[]

export function chainStart<Row>(): Chain<Row> {
  return [{ cursor: null, rows: [], next: null, read: false }]
}

/** The chain after page `index` was read. The rows of pages behind stay until they are read again. */
export function chainRead<Row>(
  chain: Chain<Row>,
  index: number,
  page: { items: readonly Row[]; next: string | null },
): Chain<Row> {
  const link = chain[index]
  if (link === undefined) return chain
  if (link.read && link.rows === page.items && link.next === page.next) return chain
  const head = [...chain.slice(0, index), { ...link, rows: page.items, next: page.next, read: true }]
  if (page.next === null) return head
  const tail = chain.slice(index + 1)
  const after = tail[0]
  if (after === undefined || after.cursor === page.next) return [...head, ...tail]
  return [...head, { ...after, cursor: page.next }, ...tail.slice(1)]
}

/** Adds the page behind the last one, if there is one and the last has been read. */
export function chainExtend<Row>(chain: Chain<Row>): Chain<Row> {
  const last = chain.at(-1)
  if (last === undefined || !last.read || last.next === null) return chain
  return [...chain, { cursor: last.next, rows: [], next: null, read: false }]
}

/** Whether there is nothing behind what is shown. */
export function chainEnded<Row>(chain: Chain<Row>): boolean {
  const last = chain.at(-1)
  return last !== undefined && last.read && last.next === null
}

/** The pages that hold the rows from `first` to `last`. */
export function chainPagesOf<Row>(
  chain: Chain<Row>,
  first: number,
  last: number,
): { from: number; to: number } {
  let from = 0
  let to = 0
  let start = 0
  for (const [index, link] of chain.entries()) {
    if (start <= first) from = index
    if (start <= last) to = index
    start += link.rows.length
  }
  return { from, to }
}
