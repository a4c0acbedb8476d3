/** Request targets as Go's net/url reads them. Node.js hands them over as Latin-1, one character per byte. */
import { textOfBytes } from './go-text.ts'

export type Target = {
  /** decoded */
  path: string
  /** as sent, without the question mark; null when there was none */
  rawQuery: string | null
}

/** Null when an escape in the path is malformed, which Go refuses before any route is looked for. */
export function targetParse(url: string): Target | null {
  const question = url.indexOf('?')
  const rawPath = question < 0 ? url : url.slice(0, question)
  const path = unescape(originForm(rawPath), false)
  return path === null ? null : { path, rawQuery: question < 0 ? null : url.slice(question + 1) }
}

/** `http://host/path`, as proxies send it, names the same path. */
function originForm(path: string): string {
  return path.startsWith('/') ? path : path.replace(/^https?:\/\/[^/]*/i, '')
}

const needsDecoding = /[%+\x80-\xff]/

/** Percent-decoding; null when an escape is malformed. `+` is a space in queries. */
function unescape(text: string, plusIsSpace: boolean): string | null {
  if (!needsDecoding.test(text)) return text
  const bytes = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    let code = text.charCodeAt(at)
    if (code === 0x25) {
      const hex = text.slice(at + 1, at + 3)
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) return null
      code = Number.parseInt(hex, 16)
      at += 2
    } else if (code === 0x2b && plusIsSpace) {
      code = 0x20
    }
    bytes[length] = code
    length += 1
  }
  return textOfBytes(bytes.subarray(0, length))
}

/** The first value of a key, '' for a key without one; undefined when it is absent. Pairs that Go cannot read are left out. */
export function queryValue(rawQuery: string | null, key: string): string | undefined {
  if (rawQuery === null) return undefined
  for (let from = 0, to = 0; from <= rawQuery.length; from = to + 1) {
    to = rawQuery.indexOf('&', from)
    if (to < 0) to = rawQuery.length
    const pair = rawQuery.slice(from, to)
    if (pair.includes(';')) continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    if (name !== key && unescape(name, true) !== key) continue
    const value = equals < 0 ? '' : unescape(pair.slice(equals + 1), true)
    if (value !== null) return value
  }
  return undefined
}

/** A decoded path as Go writes it into a `Location`. */
export function pathEscape(path: string): string {
  let escaped = ''
  for (const character of path) {
    if (/[A-Za-z0-9\-_.~$&+,/:;=@]/.test(character)) escaped += character
    else if (character.isWellFormed()) escaped += encodeURIComponent(character).replace(/[!'()*]/g, percent)
    else escaped += percent(String.fromCharCode(character.charCodeAt(0) & 0xff))
  }
  return escaped
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

/** Go's strconv.ParseInt in base 10 for 64 bits; null when it is no such number. */
export function goInt64(text: string): bigint | null {
  if (!/^[+-]?[0-9]+$/.test(text) || text.length > 1000) return null
  const value = BigInt(text.replace(/^\+/, ''))
  return BigInt.asIntN(64, value) === value ? value : null
}
