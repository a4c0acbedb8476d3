/** From a JSON document to a Go struct: zero values, folded keys, and the texts of type errors. */
import { GoJsonError, type GoNode, goJsonParse } from './go-json.ts'
import { goDecodePlain } from './go-plain.ts'
import { goTimeParse } from './go-time.ts'

/** What a field holds: `int` becomes a bigint (64 bits), `time` microseconds since 1970. */
export type GoType =
  | { go: 'string' | 'bool' | 'float64' | 'int' | 'time' }
  | { go: 'slice'; of: GoType }
  | GoStruct
/** In its errors Go names the package of a type, but not of a struct whose field it is about. */
export type GoStruct = {
  go: 'struct'
  package: string
  name: string
  fields: Readonly<Record<string, GoType>>
}

type Decoded<T extends GoType> = T extends { go: 'string' }
  ? string
  : T extends { go: 'bool' }
    ? boolean
    : T extends { go: 'float64' }
      ? number
      : T extends { go: 'int' | 'time' }
        ? bigint
        : T extends { go: 'slice'; of: infer Of extends GoType }
          ? GoValue<Of>[]
          : T extends GoStruct
            ? GoValue<T>
            : never
export type GoValue<T extends GoType> = T extends GoStruct
  ? { -readonly [K in keyof T['fields']]: Decoded<T['fields'][K]> }
  : Decoded<T>

/**
 * Decodes a body into a struct; null for the body `null`, as Go does with a pointer. Throws GoJsonError: for text that
 * is no JSON first, then for the first value of a wrong type.
 */
export function goDecode<T extends GoStruct>(body: string, type: T): GoValue<T> | null {
  const plain = goDecodePlain(body, type)
  if (plain !== undefined) return plain
  return goDecodeExact(body, type)
}

/** By Go's own rules from the first byte on. */
export function goDecodeExact<T extends GoStruct>(body: string, type: T): GoValue<T> | null {
  const root = goJsonParse(body)
  if (root.kind === 'null') return null
  const decoding: Decoding = { body, firstError: null }
  const value = decodeInto(decoding, root, type, undefined, { struct: '', path: [] })
  if (decoding.firstError !== null) throw decoding.firstError
  return value as GoValue<T> // built field by field from the same description
}

type Decoding = { body: string; firstError: GoJsonError | null }
type Place = { struct: string; path: readonly string[] }

function decodeInto(decoding: Decoding, node: GoNode, type: GoType, before: unknown, place: Place): unknown {
  // A null leaves a value that is no pointer as it is; a slice becomes nil.
  if (node.kind === 'null') return type.go === 'slice' ? [] : (before ?? zero(type))
  const refuse = (what: string): unknown => {
    decoding.firstError ??= typeError(what, type, place)
    return before ?? zero(type)
  }
  switch (type.go) {
    case 'string':
      return node.kind === 'string' ? node.text : refuse(kindInWords(node))
    case 'bool':
      return node.kind === 'true' || node.kind === 'false' ? node.kind === 'true' : refuse(kindInWords(node))
    case 'float64': {
      if (node.kind !== 'number') return refuse(kindInWords(node))
      const literal = decoding.body.slice(node.start, node.end)
      const value = Number(literal)
      return Number.isFinite(value) ? value : refuse(`number ${literal}`)
    }
    case 'int': {
      if (node.kind !== 'number') return refuse(kindInWords(node))
      const literal = decoding.body.slice(node.start, node.end)
      const value = /^-?[0-9]{1,40}$/.test(literal) ? BigInt(literal) : null
      return value !== null && BigInt.asIntN(64, value) === value ? value : refuse(`number ${literal}`)
    }
    case 'time':
      // A value that decodes itself ends the decoding at once when it fails, whatever failed before it.
      return goTimeParse(decoding.body.slice(node.start, node.end))
    case 'slice': {
      if (node.kind !== 'array') return refuse(kindInWords(node))
      return node.items.map((item) => decodeInto(decoding, item, type.of, undefined, place))
    }
    case 'struct': {
      if (node.kind !== 'object') return refuse(kindInWords(node))
      return decodeStruct(decoding, node, type, before, place)
    }
  }
}

function decodeStruct(
  decoding: Decoding,
  node: Extract<GoNode, { kind: 'object' }>,
  type: GoStruct,
  before: unknown,
  place: Place,
): Record<string, unknown> {
  const into = (before ?? zero(type)) as Record<string, unknown> // zero of a struct is a record of its fields
  for (let index = 0; index < node.keys.length; index += 1) {
    const name = fieldNamed(type, node.keys[index] ?? '')
    const value = node.values[index]
    const field = name === null ? undefined : type.fields[name]
    if (name === null || field === undefined || value === undefined) continue
    const inside = { struct: type.name, path: [...place.path, name] }
    into[name] = decodeInto(decoding, value, field, into[name], inside)
  }
  return into
}

/** Go takes a key that matches exactly, else one that matches when letters are folded. */
function fieldNamed(type: GoStruct, key: string): string | null {
  if (Object.hasOwn(type.fields, key)) return key
  const folded = key.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase()
  for (const name of Object.keys(type.fields)) if (name.toLowerCase() === folded) return name
  return null
}

/** What a field holds that the document leaves out. Year 1, the zero of Go's time, is -62135596800 s. */
function zero(type: GoType): unknown {
  switch (type.go) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'float64':
      return 0
    case 'int':
      return 0n
    case 'time':
      return goTimeZero
    case 'slice':
      return []
    case 'struct': {
      const empty: Record<string, unknown> = {}
      for (const name of Object.keys(type.fields)) empty[name] = zero(type.fields[name] ?? type)
      return empty
    }
  }
}
const goTimeZero = -62_135_596_800_000_000n

function kindInWords(node: GoNode): string {
  return node.kind === 'true' || node.kind === 'false' ? 'bool' : node.kind
}

function typeError(what: string, type: GoType, place: Place): GoJsonError {
  const where =
    place.path.length === 0 ? 'Go value' : `Go struct field ${place.struct}.${place.path.join('.')}`
  const into = `${where} of type ${typeName(type)}`
  return new GoJsonError(`json: cannot unmarshal ${what} into ${into}`)
}

/** As Go prints it. Never asked of an instant, which says in its own words what it cannot read. */
function typeName(type: GoType): string {
  if (type.go === 'slice') return `[]${typeName(type.of)}`
  return type.go === 'struct' ? `${type.package}.${type.name}` : type.go
}
