/** Splitting separated text into rows, for traces and series. */
import type { BadRow } from '@orrery/api/dataset.ts'

/** `line` counts from 1, as an editor shows it; a row with line breaks in quotes has the line it begins on. */
export type CsvRow = { line: number; fields: string[] }

/** A file's name, for messages, and its whole text. */
export type TraceFile = { name: string; text: string }

/**
 * RFC 4180 with any one-character separator: fields may be quoted, a doubled quote inside stands for one, lines end
 * with LF or CRLF. Blank lines are left out. A quote that is never closed is told as a bad row.
 */
export function csvRows(file: TraceFile, separator: string): { rows: CsvRow[]; badRows: BadRow[] } {
  const text = file.text.charCodeAt(0) === 0xfeff ? file.text.slice(1) : file.text
  const rows: CsvRow[] = []
  let line = 1
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\n', at)
    const plain = text.slice(at, end < 0 ? text.length : end)
    if (!plain.includes('"')) {
      const trimmed = plain.endsWith('\r') ? plain.slice(0, -1) : plain
      if (trimmed !== '') rows.push({ line, fields: trimmed.split(separator) })
      line += 1
      at = end < 0 ? text.length : end + 1
      continue
    }
    const row = quotedRow(text, at, separator)
    if (row === null) {
      return {
        rows,
        badRows: [{ file: file.name, line, message: 'a quote is opened here and never closed' }],
      }
    }
    rows.push({ line, fields: row.fields })
    line += row.lines
    at = row.end
  }
  return { rows, badRows: [] }
}

function quotedRow(
  text: string,
  start: number,
  separator: string,
): { fields: string[]; end: number; lines: number } | null {
  const fields: string[] = []
  let field = ''
  let quoted = false
  let lines = 1
  let at = start
  for (; at < text.length; at += 1) {
    const letter = text.charAt(at)
    if (quoted) {
      if (letter === '\n') lines += 1
      if (letter !== '"') field += letter
      else if (text[at + 1] === '"') {
        field += '"'
        at += 1
      } else quoted = false
    } else if (letter === '"' && field === '') quoted = true
    else if (letter === separator) {
      fields.push(field)
      field = ''
    } else if (letter === '\n') {
      at += 1
      break
    } else if (letter !== '\r' || text[at + 1] !== '\n') field += letter
  }
  fields.push(field)
  return quoted ? null : { fields, end: at, lines }
}

/** Index of each wanted column by its name in the header, letter case and spaces at the ends aside; -1 where missing. */
export function columnIndexes<Name extends string>(
  header: readonly string[],
  names: readonly Name[],
): Record<Name, number> {
  const present = header.map((name) => name.trim().toLowerCase())
  const indexes = names.map((name) => [name, present.indexOf(name.toLowerCase())] as const)
  return Object.fromEntries(indexes) as Record<Name, number> // one entry for each name
}
