const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u
const segmenter = new Intl.Segmenter()
const escape = String.fromCharCode(27)
const colorCodes = new RegExp(`${escape}\\[[0-9;]*m`, 'g')

/** Columns of a terminal that the text fills. Colour codes fill none. */
export function textWidth(text: string): number {
  let width = 0
  for (const { segment } of segmenter.segment(text.replace(colorCodes, '')))
    width += wide.test(segment) ? 2 : 1
  return width
}

/** What came from elsewhere may not drive the terminal: control characters are shown, not sent. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (control) => (control === '\n' ? '⏎' : '�'))
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

function widths(rows: readonly (readonly string[])[]): number[] {
  const found: number[] = []
  for (const row of rows)
    row.forEach((cell, index) => (found[index] = Math.max(found[index] ?? 0, textWidth(cell))))
  return found
}

/** The rounded box of the original tool: headers and cells to the left, one space on either side. */
export function boxTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = widths([headers, ...rows])
  const rule = (left: string, middle: string, right: string): string =>
    left + columns.map((width) => '─'.repeat(width + 2)).join(middle) + right
  const line = (cells: readonly string[]): string =>
    `│${columns.map((width, index) => ` ${pad(cells[index] ?? '', width)} `).join('│')}│`
  return [rule('╭', '┬', '╮'), line(headers), rule('├', '┼', '┤'), ...rows.map(line), rule('╰', '┴', '╯')]
    .map((each) => `${each}\n`)
    .join('')
}

/** One row to a line and nothing drawn between, which `grep`, `sort` and `awk` can read. */
export function plainTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  options: { header: (text: string) => string; columns: number | null },
): string {
  const columns = widths([headers, ...rows])
  const line = (cells: readonly string[]): string => {
    const text = cells
      .map((cell, index) => (index === cells.length - 1 ? cell : pad(cell, columns[index] ?? 0)))
      .join('  ')
    return options.columns === null ? text.trimEnd() : cut(text.trimEnd(), options.columns)
  }
  return [options.header(line(headers)), ...rows.map(line)].map((each) => `${each}\n`).join('')
}

/** Cut to a width, with colour codes kept whole and ended. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let result = ''
  let used = 0
  for (const part of text.split(new RegExp(`(${escape}\\[[0-9;]*m)`))) {
    if (part.startsWith(escape)) {
      result += part
      continue
    }
    for (const { segment } of segmenter.segment(part)) {
      used += wide.test(segment) ? 2 : 1
      if (used > width - 1) return `${result}…${result.includes(escape) ? `${escape}[0m` : ''}`
      result += segment
    }
  }
  return result
}
