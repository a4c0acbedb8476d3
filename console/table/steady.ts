/**
 * Rows that do not jump under the pointer. While the order is held, values change in place, a row that is gone stays
 * (marked), and rows that would come between wait; rows behind the end are still added.
 */
export type Steady<Row> = { rows: readonly Row[]; gone: ReadonlySet<string>; waiting: number }

export function steadyRows<Row>(
  shown: readonly Row[],
  fresh: readonly Row[],
  idOf: (row: Row) => string,
): Steady<Row> {
  const byId = new Map(fresh.map((row) => [idOf(row), row]))
  const known = new Set(shown.map(idOf))
  const gone = new Set<string>()
  const rows = shown.map((row) => {
    const now = byId.get(idOf(row))
    if (now === undefined) gone.add(idOf(row))
    return now ?? row
  })
  const added = fresh.slice(shown.length).filter((row) => !known.has(idOf(row)))
  const arrived = fresh.reduce((sum, row) => sum + (known.has(idOf(row)) ? 0 : 1), 0)
  return { rows: [...rows, ...added], gone, waiting: arrived - added.length + gone.size }
}
