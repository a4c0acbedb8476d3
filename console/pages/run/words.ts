/** A run and its figures in words. */
import type { RunMeasure, RunSource } from '@orrery/api/run.ts'
import { figures, nothing } from '../../words/quantity.ts'
import { type Zone, exact, span } from '../../words/time.ts'

export function sourceWords(source: RunSource, zone: Zone): string {
  switch (source.kind) {
    case 'live':
      return 'the inventory as it was when asked'
    case 'instant':
      return `as at ${exact(source.at, zone)}`
    case 'window':
      return `recorded from ${exact(source.since, zone)} to ${exact(source.until, zone)}`
  }
}

export function sourceShort(source: RunSource, zone: Zone): string {
  switch (source.kind) {
    case 'live':
      return 'live'
    case 'instant':
      return `at ${exact(source.at, zone)}`
    case 'window':
      return `${span((Date.parse(source.until) - Date.parse(source.since)) / 1000)} from ${exact(source.since, zone)}`
  }
}

export function measureText(value: number | null, unit: string): string {
  if (value === null) return nothing
  switch (unit) {
    case '%':
      return `${value.toFixed(1)} %`
    case 'tasks':
    case 'times':
      return figures(value)
    case 'seconds':
      return value !== 0 && value < 10 ? `${figures(value)} s` : span(value)
    case 'money':
      return value.toFixed(2)
    default:
      return `${figures(value)} ${unit}`
  }
}

/** How far from another: `+1.2`, `−30 s`, `±0`. */
export function differenceText(value: number | null, base: number | null, unit: string): string {
  if (value === null || base === null) return ''
  const difference = value - base
  const text = measureText(Math.abs(difference), unit)
  if (difference === 0 || text === measureText(0, unit) || text.startsWith('<')) return '±0'
  return `${difference > 0 ? '+' : '−'}${text}`
}

/** The rows of a table of measures, for a file. */
export function measureRows(measures: readonly RunMeasure[]): (string | number | null)[][] {
  const policies = measures[0]?.values.map(({ policy }) => policy) ?? []
  return [
    ['measure', 'unit', 'better', ...policies, 'best'],
    ...measures.map((measure) => [
      measure.title,
      measure.unit,
      measure.better,
      ...measure.values.map(({ mean }) => mean),
      measure.values
        .filter(({ isBest }) => isBest)
        .map(({ policy }) => policy)
        .join(' '),
    ]),
  ]
}
