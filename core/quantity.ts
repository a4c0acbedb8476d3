/** Quantities as people write them, in files and on command lines. The API's own units stay bytes, cores and seconds. */

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

const secondsIn: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `90s`, `1h30m`, `1.5d`, `250ms` as seconds; null for anything else. */
export function durationParse(text: string): number | null {
  if (!/^([0-9]+(\.[0-9]+)?(ms|[smhdw]))+$/.test(text)) return null
  let seconds = 0
  for (const [, count, unit] of text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ms|[smhdw])/g)) {
    // Both groups are there in every match.
    seconds += Number(count) * (secondsIn[unit ?? ''] ?? 0)
  }
  return seconds
}

/** Seconds in the largest units that say them exactly: `1h30m`, `90.5s`, `0s`. */
export function durationShow(seconds: number): string {
  if (!Number.isInteger(seconds)) return `${Number(seconds.toFixed(3))}s`
  let left = seconds
  let text = ''
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const whole = Math.floor(left / size)
    if (whole > 0) text += `${whole}${unit}`
    left -= whole * size
  }
  return text === '' ? '0s' : text
}
