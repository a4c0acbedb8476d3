/** Instants as Go writes them: RFC 3339 in the server's time zone, with the fraction's trailing zeros cut. */

export type ZoneText = (micros: bigint) => string

const quarterMs = 900_000
const quartersMax = 10_000

/** For a name of the time zone database. Throws RangeError for a name that is not in it. */
export function zoneTextOpen(timeZone: string): ZoneText {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', era: 'short' })
  // Offsets only ever change on a quarter of an hour.
  const offsets = new Map<number, number>()

  function offsetMinutes(ms: number): number {
    const quarter = Math.floor(ms / quarterMs)
    const known = offsets.get(quarter)
    if (known !== undefined) return known
    const name =
      format.formatToParts(quarter * quarterMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
    const match = /^GMT([+-])(\d{2}):(\d{2})/.exec(name)
    const minutes =
      match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
    if (offsets.size >= quartersMax) offsets.clear()
    offsets.set(quarter, minutes)
    return minutes
  }

  return (micros) => {
    const fraction = Number(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)
    const ms = Number((micros - BigInt(fraction)) / 1000n)
    // Where the zone is in the year 0 or 10000, UTC gives the same instant in a text that can be read.
    const zoned = offsetMinutes(ms)
    const offset = hasFourDigitYear(ms + zoned * 60_000) ? zoned : 0
    const local = new Date(ms + offset * 60_000)
    const year = String(local.getUTCFullYear()).padStart(4, '0')
    const rest = local.toISOString().slice(-20, -5)
    const fractionText = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
    return `${year}${rest}${fractionText}${offsetText(offset)}`
  }
}

/** Year 1 to 9999. */
function hasFourDigitYear(localMs: number): boolean {
  return localMs >= -62_135_596_800_000 && localMs < 253_402_300_800_000
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'Z'
  const size = Math.abs(minutes)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
