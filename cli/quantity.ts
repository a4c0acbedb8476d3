/** How people read quantities; how they write them is in core/quantity.ts. The API's own units stay as they are. */

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
