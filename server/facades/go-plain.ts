/**
 * The usual body, decoded by the engine's own JSON parser: one flat object of numbers and instants whose keys are
 * written as the fields are. Clients that send one measurement per request send nothing else.
 */
import type { GoStruct, GoValue } from './go-decode.ts'
import { goTimeParse } from './go-time.ts'

/**
 * What `goDecode` gives, or undefined where its rules go beyond JSON's: folded, unknown or repeated keys, null, escapes,
 * numbers out of range, every kind of error. Throws GoJsonError for an instant that is none.
 */
export function goDecodePlain<T extends GoStruct>(body: string, type: T): GoValue<T> | undefined {
  if (body.includes('\\')) return undefined
  const parsed = parse(body)
  if (parsed === undefined) return undefined
  const value: Record<string, unknown> = {}
  let quotes = 0
  for (const name in type.fields) {
    const given = parsed[name]
    switch (type.fields[name]?.go) {
      case 'float64':
        if (given === undefined) value[name] = 0
        else if (typeof given !== 'number' || !Number.isFinite(given)) return undefined
        else {
          value[name] = given
          quotes += 2
        }
        break
      case 'time':
        if (typeof given !== 'string') return undefined
        value[name] = given
        quotes += 4
        break
      default:
        return undefined
    }
  }
  // Any other key, and a second one of a name, has quotes of its own.
  if (quotes !== quotesIn(body)) return undefined
  for (const name in type.fields) {
    if (type.fields[name]?.go === 'time') value[name] = goTimeParse(`"${String(value[name])}"`)
  }
  return value as GoValue<T> // built field by field from the same description
}

function parse(body: string): Record<string, unknown> | undefined {
  if (!body.startsWith('{')) return undefined
  try {
    return JSON.parse(body) as Record<string, unknown> // what begins with a brace is an object
  } catch {
    // The exact parser says what is wrong, in Go's words.
    return undefined
  }
}

function quotesIn(body: string): number {
  let count = 0
  for (let at = body.indexOf('"'); at >= 0; at = body.indexOf('"', at + 1)) count += 1
  return count
}
