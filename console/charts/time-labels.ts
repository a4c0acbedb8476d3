import { type Zone, exact } from '../words/time.ts'

/**
 * What a time axis may step by, in seconds. uPlot's own steps go from one minute to five, which leaves a narrow chart of
 * five minutes with a single label.
 */
export const timeSteps = [
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
  ...[1, 2, 7].map((days) => days * 86_400),
] as const

/** Labels of a time axis: seconds only where the axis is that fine, the date where it spans days. */
export function timeLabels(seconds: readonly number[], zone: Zone): string[] {
  const first = seconds[0] ?? 0
  const step = (seconds[1] ?? first + 60) - first
  return seconds.map((second) => {
    const text = exact(second * 1000, zone)
    if (step >= 86_400) return text.slice(5, 10)
    const time = step < 60 ? text.slice(11, 19) : text.slice(11, 16)
    return time === '00:00' ? text.slice(5, 10) : time
  })
}
