/**
 * The usual body, decoded by the engine's own JSON parser: one flat object of numbers and instants whose keys are
 * written as the fields are. Clients that send one measurement per request send nothing else.
 */
import type { GoStruct, GoValue } from './go-decode.ts'
import { goTimeParseUnquoted } from './go-time.ts'

/**
 * What `goDecode` gives, or undefined where its rules go beyond JSON's: folded, unknown or repeated keys, null, escapes,
 * numbers out of range, every kind of error. Throws GoJsonError for an instant that is none.
 */
export function goDecodePlain<T extends GoStruct>(body: string, type: T): GoValue<T> | undefined {
  if (body.includes('\\')) return undefined
  const fields = plainFields(type)
  const parsed = fields === null ? undefined : parse(body)
  if (fields === null || parsed === undefined) return undefined
  let quotes = 0
  for (const { name, isTime } of fields) {
    const given = parsed[name]
    if (isTime) {
      if (typeof given !== 'string') return undefined
      quotes += 4
    } else if (given === undefined) {
      parsed[name] = 0
    } else {
      if (typeof given !== 'number' || !Number.isFinite(given)) return undefined
      quotes += 2
    }
  }
  // Any other key, and a second one of a name, has quotes of its own.
  if (quotes !== quotesIn(body)) return undefined
  for (const { name, isTime } of fields) {
    if (isTime) parsed[name] = goTimeParseUnquoted(String(parsed[name]))
  }
  return parsed as GoValue<T> // it has the fields of the description and no others
}

type PlainField = { name: string; isTime: boolean }
const knownFields = new WeakMap<GoStruct, PlainField[] | null>()

/** Null for a struct with something else than numbers and instants in it. */
function plainFields(type: GoStruct): PlainField[] | null {
  const known = knownFields.get(type)
  if (known !== undefined) return known
  const fields = Object.entries(type.fields)
  const isPlain = fields.every(([, field]) => field.go === 'float64' || field.go === 'time')
  const made = isPlain ? fields.map(([name, field]) => ({ name, isTime: field.go === 'time' })) : null
  knownFields.set(type, made)
  return made
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
