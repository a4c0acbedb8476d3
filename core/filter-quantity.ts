/** The quantities that a filter compares with: `2`, `2GiB`, `80%`, `5m`, `2026-01-31T12:00:00Z`. */

/** `bytes`, `seconds` and `percent` as named; `instant` is in milliseconds since 1970; `none` is a plain number. */
export type FilterUnit = 'none' | 'percent' | 'bytes' | 'seconds' | 'instant'

export const quantityExamples = ['2.5', '80%', '512MiB', '5m', '2026-01-31T12:00:00Z'] as const

const units: Record<string, { unit: FilterUnit; factor: number }> = {
  '': { unit: 'none', factor: 1 },
  '%': { unit: 'percent', factor: 1 },
  ...Object.fromEntries(
    ['', 'k', 'm', 'g', 't', 'p'].flatMap((prefix, power) => [
      [`${prefix}b`, { unit: 'bytes', factor: 1000 ** power }],
      [`${prefix}ib`, { unit: 'bytes', factor: 1024 ** power }],
    ]),
  ),
  ms: { unit: 'seconds', factor: 0.001 },
  s: { unit: 'seconds', factor: 1 },
  m: { unit: 'seconds', factor: 60 },
  min: { unit: 'seconds', factor: 60 },
  h: { unit: 'seconds', factor: 3600 },
  d: { unit: 'seconds', factor: 86_400 },
  w: { unit: 'seconds', factor: 7 * 86_400 },
}
delete units.ib

const numberPattern = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)$/i
const instantPattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Units are read without regard to letter case. Null when the text is not a quantity. */
export function quantityParse(text: string): { number: number; unit: FilterUnit } | null {
  if (instantPattern.test(text)) {
    const instant = Date.parse(text)
    return Number.isNaN(instant) ? null : { number: instant, unit: 'instant' }
  }
  const match = numberPattern.exec(text)
  if (match === null) return null
  const known = Object.entries(units).find(([unit]) => unit === (match[2] ?? '').toLowerCase())?.[1]
  const number = Number(match[1]) * (known?.factor ?? Number.NaN)
  return known === undefined || !Number.isFinite(number) ? null : { number, unit: known.unit }
}
