import { OrreryError } from '@orrery/api/errors.ts'

const nameless = new Set(['plan', 'operation'])

/** The row, or `not_found` in the noun's own words. Long references are cut: a message is for reading. */
export function found<Row>(row: Row | null | undefined, noun: string, ref: string): Row {
  if (row != null) return row
  const shown = ref.length > 80 ? `${ref.slice(0, 77)}…` : ref
  throw new OrreryError(
    'not_found',
    `There is no ${noun} '${shown}'. Give its ${nameless.has(noun) ? 'id' : 'id or its name'}; list them with \`orrery ${noun} list\`.`,
  )
}
