/** The view of a table in the address: filter, sort, columns, the row under the cursor, the marked rows. */
export type View = {
  filter: string
  /** a column, `-` before it for descending; null is the list's own order */
  sort: string | null
  /** null: the usual columns */
  columns: readonly string[] | null
  row: string | null
  marks: readonly string[]
}

/** More marks than this are too many to look through before acting on them. */
export const marksMax = 200

export function viewRead(search: URLSearchParams): View {
  const columns = search.get('columns')
  return {
    filter: search.get('filter') ?? '',
    sort: search.get('sort'),
    columns: columns === null ? null : columns.split(',').filter((each) => each !== ''),
    row: search.get('row'),
    marks: search.getAll('mark').slice(0, marksMax),
  }
}

/** The search part with the view changed; what does not belong to the view stays. */
export function viewWrite(search: URLSearchParams, change: Partial<View>): URLSearchParams {
  const next = { ...viewRead(search), ...change }
  const out = new URLSearchParams(search)
  const put = (key: string, value: string | null) => {
    if (value === null || value === '') out.delete(key)
    else out.set(key, value)
  }
  put('filter', next.filter)
  put('sort', next.sort)
  put('columns', next.columns === null ? null : next.columns.join(','))
  put('row', next.row)
  out.delete('mark')
  for (const mark of next.marks.slice(0, marksMax)) out.append('mark', mark)
  return out
}

/** A click on a heading: ascending, descending, then the list's own order again. */
export function sortNext(sort: string | null, key: string): string | null {
  if (sort === key) return `-${key}`
  return sort === `-${key}` ? null : key
}
