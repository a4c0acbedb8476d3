const rfc3339 = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$/
const spanMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/**
 * An instant as a person gives one: RFC 3339, a date (`2026-01-31`, midnight UTC), a date and time without an offset
 * (UTC), `now`, or how long ago (`15m`, `2h`, `3d`). Null for anything else.
 */
export function instantParse(text: string, nowMs: number): string | null {
  if (rfc3339.test(text)) return text
  if (text === 'now') return new Date(nowMs).toISOString()
  const span = /^-?([0-9]+(?:\.[0-9]+)?)([smhdw])( ago)?$/.exec(text)
  const unit = spanMs[span?.[2] ?? '']
  if (span !== null && unit !== undefined) return new Date(nowMs - Number(span[1]) * unit).toISOString()
  const local = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]+)?)?)?$/.exec(
    text,
  )
  if (local === null) return null
  const instant = `${local[1]}T${local[2] ?? '00:00'}${local[3] ?? ':00'}Z`
  return Number.isNaN(Date.parse(instant)) ? null : instant
}

/** Nanoseconds since 1970 of an RFC 3339 instant, exact to the last digit it has. */
export function unixNanos(instant: string): bigint {
  const match = /^(.*?)(?:\.([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})$/.exec(instant)
  if (match === null) throw new Error(`not an RFC 3339 instant: ${instant}`)
  const seconds = BigInt(Date.parse(`${match[1]}${match[3]}`)) / 1000n
  return seconds * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0').slice(0, 9))
}
