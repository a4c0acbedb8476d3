/** Instants as the database keeps them: microseconds since 1970, written as RFC 3339. A Date would cut them to milliseconds. */

const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/

/** The years 1 to 9999, which both RFC 3339 and the database can write. */
const firstMicros = BigInt(new Date('0001-01-01T00:00:00Z').getTime()) * 1000n
const lastMicros = BigInt(Date.UTC(10_000, 0, 1)) * 1000n - 1n

/** Microseconds since 1970 of an RFC 3339 text, further digits dropped; null when it is none or its day does not exist. */
export function instantRead(text: string): bigint | null {
  const match = pattern.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (hour > 23 || minute > 59 || second > 59) return null
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second))
  // Date.UTC takes years below 100 for 1900 and later.
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  const offsetMinutes = offsetOf(match[8] ?? 'Z')
  if (offsetMinutes === null) return null
  const fraction = (match[7] ?? '').padEnd(6, '0').slice(0, 6)
  const micros = BigInt(date.getTime() - offsetMinutes * 60_000) * 1000n + BigInt(fraction)
  return micros < firstMicros || micros > lastMicros ? null : micros
}

function offsetOf(zone: string): number | null {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** RFC 3339 in UTC with microseconds. */
export function instantText(micros: bigint): string {
  let seconds = micros / 1_000_000n
  let rest = micros % 1_000_000n
  if (rest < 0n) {
    rest += 1_000_000n
    seconds -= 1n
  }
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${rest.toString().padStart(6, '0')}Z`
}
