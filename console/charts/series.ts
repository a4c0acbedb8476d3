/** Samples as the columns that a chart draws: gaps stay gaps. */
import type { SampleField, Usage } from '@orrery/api/sample.ts'

/** Seconds since 1970, then one array per field; null where nothing was measured. */
export type Columns = { xs: number[]; ys: (number | null)[][] }

/** A hole this many times as wide as the usual distance between samples is a gap, not a slow sample. */
const gapTimes = 2.6

export function seriesColumns(
  samples: readonly Usage[],
  fields: readonly SampleField[],
  stepSeconds: number,
): Columns {
  const xs: number[] = []
  const ys: (number | null)[][] = fields.map(() => [])
  const usual = Math.max(stepSeconds, usualDistance(samples))
  let before: number | null = null
  for (const sample of samples) {
    const x = Date.parse(sample.at) / 1000
    if (before !== null && x - before > usual * gapTimes) {
      xs.push(before + usual)
      for (const column of ys) column.push(null)
    }
    xs.push(x)
    fields.forEach((field, index) => ys[index]?.push(sample[field]))
    before = x
  }
  return { xs, ys }
}

/** Seconds: the median, so that neither a burst nor an outage decides it. */
function usualDistance(samples: readonly Usage[]): number {
  const times = samples.map((sample) => Date.parse(sample.at) / 1000)
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? time))
  return distances.toSorted((one, other) => one - other)[distances.length >> 1] ?? 0
}

/** The columns with the limit as one more line, from the left end of the chart to the right, measured or not. */
export function withLimit(
  { xs, ys }: Columns,
  limit: number | null,
  from: number,
  to: number,
): (number | null)[][] {
  if (limit === null) return [xs, ...ys]
  const inside = xs.filter((x) => x > from && x < to)
  const skipped = xs.findIndex((x) => x > from)
  const kept = ys.map((column) => (skipped < 0 ? [] : column.slice(skipped, skipped + inside.length)))
  return [
    [from, ...inside, to],
    ...kept.map((column) => [null, ...column, null]),
    [limit, ...inside.map(() => limit), limit],
  ]
}

export const chartRanges = ['5 min', '15 min', '1 h', '6 h', '24 h', '7 d'] as const
export type ChartRange = (typeof chartRanges)[number]

const rangeSeconds: Record<ChartRange, number> = {
  '5 min': 300,
  '15 min': 900,
  '1 h': 3600,
  '6 h': 21_600,
  '24 h': 86_400,
  '7 d': 604_800,
}
const niceSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]

export type SampleWindow = { sinceMs: number; untilMs: number; stepSeconds: number }

/** About 300 points, at a step a person can name; the start lies on a step, so that it holds still while time passes. */
export function sampleWindow(range: ChartRange, endMs: number): SampleWindow {
  const seconds = rangeSeconds[range]
  const stepSeconds = niceSteps.find((step) => seconds / step <= 320) ?? 3600
  const sinceMs = Math.floor((endMs / 1000 - seconds) / stepSeconds) * stepSeconds * 1000
  return { sinceMs, untilMs: endMs, stepSeconds }
}
