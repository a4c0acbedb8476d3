/** Quantities as people read them: three significant figures at most, the unit always beside the number. */

const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

export const nothing = '–'

export function bytes(value: number | null | undefined): string {
  if (value == null) return nothing
  const [scaled, unit] = scale(value, 1024, binary)
  return `${figures(scaled)} ${unit}`
}

export function bytesPerSecond(value: number | null | undefined): string {
  return value == null ? nothing : `${bytes(value)}/s`
}

export function cores(value: number | null | undefined): string {
  return value == null ? nothing : `${figures(value)} ${value === 1 ? 'core' : 'cores'}`
}

export function watts(value: number | null | undefined): string {
  if (value == null) return nothing
  const [scaled, unit] = scale(value, 1000, ['W', 'kW', 'MW', 'GW'])
  return `${figures(scaled)} ${unit}`
}

export function gramsPerHour(value: number | null | undefined): string {
  if (value == null) return nothing
  const [scaled, unit] = scale(value, 1000, ['g', 'kg', 't'])
  return `${figures(scaled)} ${unit} CO₂e/h`
}

export function percent(share: number | null | undefined): string {
  if (share == null || !Number.isFinite(share)) return nothing
  const value = share * 100
  return `${value > 0 && value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}%`
}

/** How far a site is from the core cloud. Null: no link of either says. */
export function coreDistance(latencyMs: number | null): string {
  return latencyMs === null
    ? 'not known: no link to the core cloud'
    : `${figures(latencyMs)} ms from the core cloud`
}

/** Thousandths of a GPU as GPUs. */
export function gpus(milli: number | null | undefined): string {
  if (milli == null) return nothing
  return milli === 0 ? nothing : `${figures(milli / 1000)} ${milli > 1000 ? 'GPUs' : 'GPU'}`
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${whole(value)} ${value === 1 ? one : many}`
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB').replaceAll(',', '\u202f')
}

/** At most three significant figures, never an exponent below a billion. */
export function figures(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 100) return whole(value)
  if (size < 0.005) return '<0.01'
  return value.toFixed(size >= 10 ? 1 : 2).replace(/\.?0+$/, '')
}

function scale<const U extends readonly [string, ...string[]]>(
  value: number,
  base: number,
  units: U,
): [number, string] {
  let scaled = value
  let at = 0
  while (Math.abs(scaled) >= base * 0.9995 && at < units.length - 1) {
    scaled /= base
    at += 1
  }
  return [scaled, units[at] ?? units[0]]
}
