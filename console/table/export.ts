import type { Column } from './column.ts'

/** RFC 4180. Text that a spreadsheet would run as a formula is disarmed with a leading apostrophe. */
export function csvWrite<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  return csvLines([
    columns.map(({ title, unit }) => (unit === undefined ? title : `${title} (${unit})`)),
    ...rows.map((row) => columns.map((column) => column.text(row))),
  ])
}

export function csvLines(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+@\t\r-]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Hands a text to the browser as a file. */
export function fileSave(name: string, type: string, content: string | Blob): void {
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  // The click only starts the download; the address must outlive it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
