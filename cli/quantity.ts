/** How people write and read quantities. The API's own units stay bytes, cores and RFC 3339 instants. */

const byteUnits: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  pb: 1e15,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  pib: 2 ** 50,
}

/** `16785711104`, `16GiB`, `1.5 TB`; null for anything else. Rounded up to a whole byte. */
export function bytesParse(text: string): number | null {
  const match = /^\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*$/i.exec(text)
  const unit = byteUnits[(match?.[2] ?? '?').toLowerCase()]
  if (match === null || unit === undefined) return null
  return Math.ceil(Number(match[1]) * unit)
}

/** `12`, `0.5`, `500m` (thousandths); null for anything else. */
export function coresParse(text: string): number | null {
  const match = /^\s*([0-9]+(?:\.[0-9]+)?)(m?)\s*$/.exec(text)
  if (match === null) return null
  return match[2] === 'm' ? Number(match[1]) / 1000 : Number(match[1])
}

/** Three or four digits and a unit: `512 MiB`, `15.6 GiB`. */
export function bytesShow(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']
  let value = bytes
  let index = 0
  while (Math.abs(value) >= 1024 && index < units.length - 1) {
    value /= 1024
    index += 1
  }
  return `${numberShow(value, value >= 100 ? 0 : 1)} ${units[index]}`
}

/** At most `digits` after the point, and none that are zero. */
export function numberShow(value: number, digits = 2): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(digits)))
}

/** A span of time in its two largest units: `3d 4h`, `12m 5s`, `0s`. */
export function spanShow(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const units: [string, number][] = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['m', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ]
  const first = units.findIndex(([, count]) => count > 0)
  if (first === -1) return '0s'
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count}${unit}`)
    .join(' ')
}
