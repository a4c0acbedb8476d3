/** Instants in a field of date and time, which knows no zone: written and read in the reader's own, or in UTC. */
import type { Zone } from './time.ts'

/** RFC 3339 as `2026-01-31T12:00:00`; empty for what is no instant. */
export function clockFieldWrite(at: string, zone: Zone): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  const shown = zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return shown.toISOString().slice(0, 19)
}

/** The other way round; empty while the field is not complete. */
export function clockFieldRead(text: string, zone: Zone): string {
  const date = new Date(zone === 'utc' ? `${text}Z` : text)
  return text === '' || Number.isNaN(date.getTime()) ? '' : date.toISOString()
}
