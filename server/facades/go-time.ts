/**
 * Instants as Go 1.19 reads and writes them in JSON. Its parser works along the layout
 * `"2006-01-02T15:04:05Z07:00"`, quotes included, and says which piece it could not read; old clients see that text.
 * Source: https://pkg.go.dev/time#Parse.
 */
import { GoJsonError } from './go-json.ts'
import { bytesOfText } from './go-text.ts'

/**
 * The first and the last microsecond of the years that every client can read. Go takes instants beyond, by an offset, by
 * rounding or in the year 0, and shows them in texts that no parser takes back.
 */
const microsMin = -62_135_596_800_000_000n
const microsMax = 253_402_300_799_999_999n

const layout = '"2006-01-02T15:04:05Z07:00"'

type Piece = {
  prefix: string
  element: string
  read(rest: string, parts: Parts): string | null
  range?: [keyof Parts, number, string]
}
type Parts = {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  fraction: string
  offsetSeconds: number
}

const pieces: readonly Piece[] = [
  { prefix: '"', element: '2006', read: (rest, parts) => digits(rest, 4, (value) => (parts.year = value)) },
  {
    prefix: '-',
    element: '01',
    read: (rest, parts) => digits(rest, 2, (value) => (parts.month = value)),
    range: ['month', 12, 'month'],
  },
  { prefix: '-', element: '02', read: (rest, parts) => digits(rest, 2, (value) => (parts.day = value)) },
  { prefix: 'T', element: '15', read: (rest, parts) => hour(rest, parts), range: ['hour', 23, 'hour'] },
  {
    prefix: ':',
    element: '04',
    read: (rest, parts) => digits(rest, 2, (value) => (parts.minute = value)),
    range: ['minute', 59, 'minute'],
  },
  {
    prefix: ':',
    element: '05',
    read: (rest, parts) => digits(rest, 2, (value) => (parts.second = value)),
    range: ['second', 59, 'second'],
  },
  { prefix: '', element: 'Z07:00', read: zone },
]

/**
 * Microseconds since 1970 of a JSON value's text, rounded as the database rounds (half to even), and within the years 1
 * to 9999 in UTC. `null` is handled by the caller. Throws GoJsonError with Go's text.
 */
export function goTimeParse(json: string): bigint {
  const isQuoted = json.charCodeAt(0) === 0x22 && json.charCodeAt(json.length - 1) === 0x22
  return (isQuoted ? usualParse(json, 1, json.length - 1) : undefined) ?? exactParse(json)
}

/** The same of a JSON string without escapes, given without its quotes. */
export function goTimeParseUnquoted(text: string): bigint {
  return usualParse(text, 0, text.length) ?? exactParse(`"${text}"`)
}

/**
 * The instant between two places, as nearly every client writes it: 2006-01-02T15:04:05.999999Z, with up to six digits
 * or none after the seconds. Digit by digit, for it comes with every measurement.
 */
function usualParse(text: string, from: number, to: number): bigint | undefined {
  const length = to - from
  if (length < 20 || length > 27) return undefined
  const isUsual =
    text.charCodeAt(from + 4) === 0x2d &&
    text.charCodeAt(from + 7) === 0x2d &&
    text.charCodeAt(from + 10) === 0x54 &&
    text.charCodeAt(from + 13) === 0x3a &&
    text.charCodeAt(from + 16) === 0x3a &&
    text.charCodeAt(to - 1) === 0x5a &&
    (length === 20 || (length > 21 && text.charCodeAt(from + 19) === 0x2e))
  if (!isUsual) return undefined
  const year = number(text, from, from + 4)
  const month = number(text, from + 5, from + 7)
  const day = number(text, from + 8, from + 10)
  const hour = number(text, from + 11, from + 13)
  const minute = number(text, from + 14, from + 16)
  const second = number(text, from + 17, from + 19)
  const fraction = length === 20 ? 0 : number(text, from + 20, to - 1) * 10 ** (27 - length)
  // Not a number is in no range. Years before 100 are others to `Date.UTC`.
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return undefined
  if (!(hour <= 23 && minute <= 59 && second <= 59 && fraction >= 0)) return undefined
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  // A 31st of April would be the 1st of May.
  if (day > 28 && new Date(ms).getUTCDate() !== day) return undefined
  const micros = ms * 1000 + fraction
  return Number.isSafeInteger(micros) ? BigInt(micros) : BigInt(ms) * 1000n + BigInt(fraction)
}

/** Decimal digits from `start` to before `end`; NaN when there is something else. */
function number(text: string, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

function exactParse(json: string): bigint {
  const parts: Parts = {
    year: 0,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    fraction: '',
    offsetSeconds: 0,
  }
  let rest = json
  for (const { prefix, element, read, range } of pieces) {
    if (!rest.startsWith(prefix)) throw cannotParse(json, rest, prefix)
    rest = rest.slice(prefix.length)
    const after = read(rest, parts)
    if (after === null) throw cannotParse(json, rest, element)
    rest = after
    if (
      range !== undefined &&
      (Number(parts[range[0]]) > range[1] || (element === '01' && parts.month === 0))
    ) {
      throw new GoJsonError(`parsing time ${quote(json)}: ${range[2]} out of range`)
    }
    if (element === '05') rest = fraction(rest, parts)
  }
  if (!rest.startsWith('"')) throw cannotParse(json, rest, '"')
  if (rest.length > 1)
    throw new GoJsonError(`parsing time ${quote(json)}: extra text: ${quote(rest.slice(1))}`)
  const date = new Date(Date.UTC(2000, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second))
  date.setUTCFullYear(parts.year, parts.month - 1, parts.day)
  if (parts.day < 1 || date.getUTCDate() !== parts.day) {
    throw new GoJsonError(`parsing time ${quote(json)}: day out of range`)
  }
  const seconds = BigInt(date.getTime() / 1000 - parts.offsetSeconds)
  const micros = seconds * 1_000_000n + BigInt(microsRounded(Number(`0.${parts.fraction || '0'}`)))
  if (micros < microsMin) return microsMin
  return micros > microsMax ? microsMax : micros
}

/** Microseconds of a fraction of a second, half to even on the double: PostgreSQL's rule for `timestamptz` input. */
function microsRounded(fractionOfSecond: number): number {
  const micros = fractionOfSecond * 1e6
  const floor = Math.floor(micros)
  if (micros - floor !== 0.5) return Math.round(micros)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Microseconds of nanoseconds since 1970, rounded like an instant's own. */
export function microsOfNanos(nanos: bigint): bigint {
  const rest = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  return (
    ((nanos - rest) / 1_000_000_000n) * 1_000_000n +
    BigInt(microsRounded(Number(`0.${String(rest).padStart(9, '0')}`)))
  )
}

function digits(rest: string, count: number, set: (value: number) => void): string | null {
  const text = rest.slice(0, count)
  if (text.length < count || !/^[0-9]+$/.test(text)) return null
  set(Number(text))
  return rest.slice(count)
}

/** Go's `15` takes one digit too. */
function hour(rest: string, parts: Parts): string | null {
  const text = /^[0-9]{1,2}/.exec(rest)?.[0]
  if (text === undefined) return null
  parts.hour = Number(text)
  return rest.slice(text.length)
}

/** A fraction may follow the seconds though the layout has none; digits beyond nanoseconds are not read. */
function fraction(rest: string, parts: Parts): string {
  const text = /^[.,][0-9]+/.exec(rest)?.[0]
  if (text === undefined) return rest
  parts.fraction = text.slice(1, 10)
  return rest.slice(text.length)
}

function zone(rest: string, parts: Parts): string | null {
  if (rest.startsWith('Z')) return rest.slice(1)
  const match = /^([+-])([0-9]{2}):([0-9]{2})/.exec(rest)
  if (match === null) return null
  parts.offsetSeconds = (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60)
  return rest.slice(6)
}

function cannotParse(value: string, rest: string, element: string): GoJsonError {
  return new GoJsonError(
    `parsing time ${quote(value)} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element)}`,
  )
}

/** Go's own quoting in these messages: quotes and backslashes escaped, what is not ASCII byte by byte. */
function quote(text: string): string {
  const quoted = text
    .replace(/["\\]/g, '\\$&')
    .replace(/[^\x20-\x7e\x7f]/gu, (character) =>
      Array.from(bytesOfText(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    )
  return `"${quoted}"`
}
