import type { Field } from './column.ts'

/** What the last word of a filter may become: field names, then the values of a field. */
export function filterCompletions(text: string, fields: readonly Field[]): string[] {
  const at = text.lastIndexOf(' ') + 1
  const head = text.slice(0, at)
  const token = text.slice(at)
  const minus = token.startsWith('-') ? '-' : ''
  const word = token.slice(minus.length)
  const colon = word.indexOf(':')
  if (colon < 0) {
    const starting = fields.filter((field) => field.name.toLowerCase().startsWith(word.toLowerCase()))
    return starting
      .flatMap((field) => openings(field).map((opening) => `${head}${minus}${opening}`))
      .slice(0, 8)
  }
  const field = fields.find((each) => each.name === word.slice(0, colon))
  const comma = word.lastIndexOf(',')
  const from = Math.max(colon, comma) + 1
  const begun = word.slice(from).toLowerCase()
  const chosen = word.slice(colon + 1, Math.max(colon + 1, comma)).split(',')
  return (field?.values ?? [])
    .filter(
      (value) =>
        value.toLowerCase().startsWith(begun) && value.toLowerCase() !== begun && !chosen.includes(value),
    )
    .map(
      (value) =>
        `${head}${minus}${word.slice(0, from)}${/[\s,"]/.test(value) ? JSON.stringify(value) : value}`,
    )
    .slice(0, 12)
}

function openings(field: Field): string[] {
  if (field.example !== undefined) return [field.name + field.example]
  return [`${field.name}:`]
}
