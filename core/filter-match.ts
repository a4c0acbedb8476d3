import type { FilterField, FilterTerm } from './filter.ts'
import { wildcardMatches } from './wildcard.ts'

/**
 * Whether a thing passes a filter.
 *
 * `get(field)` gives the thing's value: text, number, boolean, an array of these (one must match), or null or
 * undefined when it has none. For a comparison in `%` it is asked for `field%` and answers 0 to 100; for one in
 * time (`since<5m`) it answers an age in seconds; for one with an instant, RFC 3339 text or milliseconds since 1970.
 * `words` is the text that words are looked for in. A comparison with a value that is not there does not hold.
 */
export function filterMatches(
  terms: readonly FilterTerm[],
  get: (field: string) => unknown,
  words: string,
): boolean {
  const text = words.toLowerCase()
  return terms.every((term) => {
    const holds = term.kind === 'word' ? text.includes(term.word.toLowerCase()) : fieldHolds(term, get)
    return holds !== term.negated
  })
}

function fieldHolds(term: FilterField, get: (field: string) => unknown): boolean {
  const value = get(term.percent ? `${term.field}%` : term.field)
  const candidates: unknown[] = Array.isArray(value) ? value : [value]
  return candidates.some((candidate) => {
    if (candidate === null || candidate === undefined) return false
    return term.op === ':' ? equalsOne(candidate, term.values) : compares(candidate, term)
  })
}

function equalsOne(candidate: unknown, values: readonly string[]): boolean {
  if (typeof candidate !== 'string' && typeof candidate !== 'number' && typeof candidate !== 'boolean')
    return false
  const text = String(candidate)
  return values.some((value) =>
    value.includes('*') ? wildcardMatches(value.toLowerCase(), text.toLowerCase()) : text === value,
  )
}

function compares(candidate: unknown, term: FilterField): boolean {
  const left = term.unit === 'instant' && typeof candidate === 'string' ? Date.parse(candidate) : candidate
  const right = term.number
  if (typeof left !== 'number' || right === null) return false
  switch (term.op) {
    case '>':
      return left > right
    case '<':
      return left < right
    case '>=':
      return left >= right
    case '<=':
      return left <= right
    case ':':
      return false
  }
}
