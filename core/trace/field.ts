/** Reading one field of a row; what is wrong with it is thrown in words that name the column. */

/** What is wrong with one row: it is reported with its line, and the other rows are read. */
export class RowFault extends Error {}

export function integerField(
  fields: readonly string[],
  index: number,
  name: string,
  range: { min?: number; max: number },
): number {
  const text = (fields[index] ?? '').trim()
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new RowFault(`${name}: "${clip(text)}" is not a whole number`)
  }
  return within(value, name, range)
}

export function numberField(
  fields: readonly string[],
  index: number,
  name: string,
  range: { min?: number; max: number },
): number {
  const text = (fields[index] ?? '').trim()
  const value = Number(text)
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(value)) {
    throw new RowFault(`${name}: "${clip(text)}" is not a number`)
  }
  return within(value, name, range)
}

export function nameField(fields: readonly string[], index: number, name: string): string {
  const text = (fields[index] ?? '').trim()
  if (text === '') throw new RowFault(`${name}: empty`)
  if (text.length > 190) throw new RowFault(`${name}: ${text.length} characters; 190 are the most`)
  // The characters that the name of a node or workload may not have.
  if (/[/\u0000-\u001f\u007f]/.test(text))
    throw new RowFault(`${name}: "${clip(text)}" has a "/" or a control character`)
  return text
}

function within(value: number, name: string, { min = 0, max }: { min?: number; max: number }): number {
  if (value < min || value > max) throw new RowFault(`${name}: ${value} is not between ${min} and ${max}`)
  return value
}

/** A bad field may be as long as the file. */
function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
