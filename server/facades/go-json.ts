/**
 * JSON as Go's encoding/json reads it, with its complaints: the same grammar as JSON.parse, but keys keep their order
 * and their repetitions, numbers keep their digits, and an error reads as old clients know it. Source: the scanner of
 * https://pkg.go.dev/encoding/json (its texts were observed on the wire).
 */
import { bytesOfText } from './go-text.ts'

export type GoNode = { start: number; end: number } & (
  | { kind: 'null' | 'true' | 'false' | 'number' }
  | { kind: 'string'; text: string }
  | { kind: 'array'; items: GoNode[] }
  | { kind: 'object'; keys: string[]; values: GoNode[] }
)

/** The message is what Go's error would say. */
export class GoJsonError extends Error {}

const depthMax = 10_000
const endOfInput = 'unexpected end of JSON input'

type Open = Extract<GoNode, { kind: 'array' | 'object' }>

/** Reads one value and nothing behind it. Throws GoJsonError. Deep nesting costs memory, never the stack. */
export function goJsonParse(text: string): GoNode {
  const open: Open[] = []
  let at = 0

  function space(): number {
    for (;;) {
      const code = text.charCodeAt(at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      at += 1
    }
  }

  function refuse(context: string): GoJsonError {
    if (at >= text.length) return new GoJsonError(endOfInput)
    return new GoJsonError(`invalid character ${quoteByte(leadByte(text, at))} ${context}`)
  }

  /** Inside a word or a number. Go tries a space at the end of its input, and there a space is wrong too. */
  function refuseWithin(context: string): GoJsonError {
    return at < text.length ? refuse(context) : new GoJsonError(`invalid character ' ' ${context}`)
  }

  function string(): { text: string; start: number; end: number } {
    const start = at
    at += 1
    let escaped = false
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 0x22) break
      if (code === 0x5c) {
        escaped = true
        escape()
      } else if (code < 0x20 || at >= text.length) {
        throw refuse('in string literal')
      } else {
        at += 1
      }
    }
    at += 1
    const raw = text.slice(start + 1, at - 1)
    // Half a surrogate pair, and a byte that is not UTF-8, becomes U+FFFD in Go.
    const value = (escaped ? (JSON.parse(`"${raw}"`) as string) : raw).toWellFormed()
    return { text: value, start, end: at }
  }

  function escape(): void {
    at += 1
    const code = text.charCodeAt(at)
    if (code !== 0x75) {
      if (!'"\\/bfnrt'.includes(text.charAt(at)) || at >= text.length)
        throw refuseWithin('in string escape code')
      at += 1
      return
    }
    for (let digit = 0; digit < 4; digit += 1) {
      at += 1
      if (!/[0-9a-fA-F]/.test(text.charAt(at))) throw refuseWithin('in \\u hexadecimal character escape')
    }
    at += 1
  }

  function digits(): void {
    while (isDigit(text.charCodeAt(at))) at += 1
  }

  function number(): GoNode {
    const start = at
    if (text.charCodeAt(at) === 0x2d) at += 1
    if (!isDigit(text.charCodeAt(at))) throw refuseWithin('in numeric literal')
    if (text.charCodeAt(at) === 0x30) at += 1
    else digits()
    if (text.charCodeAt(at) === 0x2e) {
      at += 1
      if (!isDigit(text.charCodeAt(at))) throw refuseWithin('after decimal point in numeric literal')
      digits()
    }
    if (text.charCodeAt(at) === 0x65 || text.charCodeAt(at) === 0x45) {
      at += 1
      if (text.charCodeAt(at) === 0x2b || text.charCodeAt(at) === 0x2d) at += 1
      if (!isDigit(text.charCodeAt(at))) throw refuseWithin('in exponent of numeric literal')
      digits()
    }
    return { kind: 'number', start, end: at }
  }

  function word(kind: 'null' | 'true' | 'false'): GoNode {
    const start = at
    for (let index = 1; index < kind.length; index += 1) {
      at += 1
      if (text.charAt(at) !== kind.charAt(index)) {
        throw refuseWithin(`in literal ${kind} (expecting '${kind.charAt(index)}')`)
      }
    }
    at += 1
    return { kind, start, end: at }
  }

  /** A whole value, or null when a container was opened. */
  function value(code: number): GoNode | null {
    switch (code) {
      case 0x22:
        return { kind: 'string', ...string() }
      case 0x7b:
      case 0x5b: {
        if (open.length >= depthMax) throw refuse('exceeded max depth')
        const range = { start: at, end: at }
        open.push(
          code === 0x7b
            ? { kind: 'object', keys: [], values: [], ...range }
            : { kind: 'array', items: [], ...range },
        )
        at += 1
        return null
      }
      case 0x74:
        return word('true')
      case 0x66:
        return word('false')
      case 0x6e:
        return word('null')
      default:
        if (code === 0x2d || isDigit(code)) return number()
        throw refuse('looking for beginning of value')
    }
  }

  function key(into: Extract<Open, { kind: 'object' }>): void {
    if (space() !== 0x22) throw refuse('looking for beginning of object key string')
    into.keys.push(string().text)
    if (space() !== 0x3a) throw refuse('after object key')
    at += 1
  }

  /** After the opening of a container: true when it is empty and so closed. */
  function emptyClosed(container: Open): boolean {
    if (space() === (container.kind === 'object' ? 0x7d : 0x5d)) return true
    if (container.kind === 'object') key(container)
    return false
  }

  let done = value(space())
  for (;;) {
    const container = open.at(-1)
    if (done === null && container !== undefined) {
      if (!emptyClosed(container)) {
        done = value(space())
        continue
      }
    } else if (done !== null) {
      if (container === undefined) break
      if (container.kind === 'object') container.values.push(done)
      else container.items.push(done)
      const code = space()
      if (code === 0x2c) {
        at += 1
        if (container.kind === 'object') key(container)
        done = value(space())
        continue
      }
      if (code !== (container.kind === 'object' ? 0x7d : 0x5d)) {
        throw refuse(container.kind === 'object' ? 'after object key:value pair' : 'after array element')
      }
    }
    // The closing bracket of the innermost container stands here.
    at += 1
    const closed = open.pop()
    if (closed === undefined) throw new Error('a container was closed that was never opened')
    closed.end = at
    done = closed
  }
  space()
  if (at < text.length) throw refuse('after top-level value')
  return done
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** The first byte of the character here: what Go's scanner, which goes by bytes, stumbles over. */
function leadByte(text: string, at: number): number {
  return bytesOfText(text.slice(at, at + 2))[0] ?? 0
}

const shortEscapes: Record<number, string> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '"',
  39: "\\'",
  92: '\\\\',
}

function quoteByte(byte: number): string {
  const hex = byte.toString(16).padStart(2, '0')
  const short = shortEscapes[byte]
  if (short !== undefined) return `'${short}'`
  if (byte < 0x20 || byte === 0x7f) return `'\\x${hex}'`
  if ((byte >= 0x80 && byte <= 0xa0) || byte === 0xad) return `'\\u00${hex}'`
  return `'${String.fromCharCode(byte)}'`
}

const plain = /^[ !#-%'-;=?-[\]-~]*$/
const escapedInOutput = /[<>&\u2028\u2029]/g

/** A string as Go writes it, with the characters that HTML minds escaped. */
export function goJsonString(text: string): string {
  if (plain.test(text)) return `"${text}"`
  return JSON.stringify(text)
    .replace(escapedInOutput, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\\(.)/g, (escape, letter) => (letter === 'b' ? '\\u0008' : letter === 'f' ? '\\u000c' : escape))
}

/** A finite double as Go writes it: JavaScript's digits, and the sign of zero. */
export function goJsonNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
