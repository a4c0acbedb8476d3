/** How wide the columns of a table are, in a window of any width. */

export type ColumnWidth = {
  width: number
  /** It gives way down to this before the table scrolls sideways, and takes its share of what is left over. */
  least?: number
}

/** In pixels, one per column. What is left over goes to the first column and to those that give way. */
export function columnWidths(columns: readonly ColumnWidth[], room: number): number[] {
  const spare = room - columns.reduce((sum, { width }) => sum + width, 0)
  if (spare >= 0) {
    const takes = columns.map(({ least }, index) => index === 0 || least !== undefined)
    const share = Math.floor(spare / Math.max(1, takes.filter(Boolean).length))
    return columns.map(({ width }, index) => width + (takes[index] === true ? share : 0))
  }
  const gives = columns.map(({ width, least = width }) => Math.max(0, width - least))
  const most = gives.reduce((sum, give) => sum + give, 0)
  const part = most === 0 ? 0 : Math.min(1, -spare / most)
  return columns.map(({ width }, index) => width - Math.ceil((gives[index] ?? 0) * part))
}
