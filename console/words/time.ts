/** Instants and spans as people read them. Instants come as RFC 3339 text with up to microseconds. */
export type Zone = 'utc' | 'local'

const second = 1
const minute = 60
const hour = 3600
const day = 86_400

/** `12 s`, `4 min`, `3 h 20 min`, `5 d 2 h`. */
export function span(seconds: number): string {
  const size = Math.max(0, Math.round(seconds))
  if (size < minute) return `${size} s`
  if (size < 10 * minute) return pair(size, minute, 'min', second, 's')
  if (size < hour) return `${Math.floor(size / minute)} min`
  if (size < day) return pair(size, hour, 'h', minute, 'min')
  if (size < 30 * day) return pair(size, day, 'd', hour, 'h')
  return `${Math.floor(size / day)} d`
}

function pair(size: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((size % large) / small)
  return `${Math.floor(size / large)} ${largeUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`
}

/** `4 min ago`, `in 3 h`, `now`. */
export function relative(at: string, nowMs: number): string {
  const seconds = (nowMs - Date.parse(at)) / 1000
  if (Math.abs(seconds) < 1.5) return 'now'
  const size = shortSpan(Math.abs(seconds))
  return seconds > 0 ? `${size} ago` : `in ${size}`
}

/** One unit, for columns: `12 s`, `4 min`, `3 h`, `5 d`. */
export function shortSpan(seconds: number): string {
  const size = Math.max(0, seconds)
  if (size < minute) return `${Math.round(size)} s`
  if (size < hour) return `${Math.floor(size / minute)} min`
  if (size < 2 * day) return `${Math.floor(size / hour)} h`
  return `${Math.floor(size / day)} d`
}

/** `2026-01-31 12:00:00 UTC`, or in the reader's own zone with its offset. */
export function exact(at: string | number, zone: Zone): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return String(at)
  const shown = zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  const text = shown.toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 19)} ${zone === 'utc' ? 'UTC' : offset(date)}`
}

/** The time of day alone, for rows of one day. */
export function clock(at: string | number, zone: Zone): string {
  return exact(at, zone).slice(11, 19)
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const size = Math.abs(minutes)
  const two = (value: number) => String(value).padStart(2, '0')
  return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
