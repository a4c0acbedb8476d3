import { type Zone, exact } from '../words/time.ts'

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
