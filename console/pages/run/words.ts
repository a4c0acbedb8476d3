/** A run and its figures in words. */
import type { RunMeasure } from '@orrery/api/run.ts'
import type { RunOrigin } from '@orrery/api/run-source.ts'
import { figures, nothing } from '../../words/quantity.ts'
import { type Zone, exact, span } from '../../words/time.ts'

export function sourceWords(source: RunOrigin, zone: Zone): string {
  switch (source.kind) {
    case 'live':
      return 'the inventory as it was when asked'
    case 'instant':
      return `as at ${exact(source.at, zone)}`
    case 'window':
      return `recorded from ${exact(source.since, zone)} to ${exact(source.until, zone)}`
    case 'scenario':
      return `the scenario '${source.name}'`
  }
}

export function sourceShort(source: RunOrigin, zone: Zone): string {
  switch (source.kind) {
    case 'live':
      return 'live'
    case 'instant':
      return `at ${minuteOf(source.at, zone)}`
    case 'window':
      return `${span((Date.parse(source.until) - Date.parse(source.since)) / 1000)} from ${minuteOf(source.since, zone)}`
    case 'scenario':
      return source.name
  }
}

/** For a list: nobody looks for a run by its second. */
function minuteOf(at: string, zone: Zone): string {
  return exact(at, zone).slice(0, 16)
}

export function measureText(value: number | null, unit: string): string {
  if (value === null) return nothing
  switch (unit) {
    case '%':
      return `${value.toFixed(1)}%`
    case 'tasks':
    case 'times':
      return figures(value)
    case 'seconds':
      return value !== 0 && value < 10 ? `${figures(value)} s` : span(value)
    case 'minutes':
      return `${figures(value)} min`
    case 'money':
      return value.toFixed(2)
    default:
      return `${figures(value)} ${unit}`
  }
}

/** What is counted, where the figure does not say it itself. */
export function measureCounted(unit: string): string | null {
  return unit === 'tasks' ? 'workloads' : unit === 'times' ? 'times' : null
}

/** How far from another: `+1.2`, `−30 s`, `±0`. */
export function differenceText(value: number | null, base: number | null, unit: string): string {
  if (value === null || base === null) return ''
  const difference = value - base
  const text = measureText(Math.abs(difference), unit)
  if (difference === 0 || text === measureText(0, unit) || text.startsWith('<')) return '±0'
  return `${difference > 0 ? '+' : '−'}${text}`
}

/** Those in which a difference can be seen come first; what nobody has, as energy where no node says what it draws, is left out. */
export function measuresShown(measures: readonly RunMeasure[]): RunMeasure[] {
  const known = measures.filter(({ values }) => values.some(({ mean }) => mean !== null))
  return [...known.filter((each) => !isLevel(each)), ...known.filter(isLevel)]
}

/** Whether all policies read the same: then none is called the best. */
export function isLevel({ values, unit }: Pick<RunMeasure, 'values' | 'unit'>): boolean {
  return new Set(values.map(({ mean }) => measureText(mean, unit))).size <= 1
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
