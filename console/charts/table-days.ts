import { type Zone, exact } from '../words/time.ts'

/** `2026-01-31 UTC`, and what was measured on it: where it stands in the data, and its time of day. */
type TableDay = { day: string; rows: { row: number; time: string }[] }

/** The rows of a chart's table by day, in the order of the data. */
export function tableDays(seconds: readonly (number | null)[], zone: Zone): TableDay[] {
  const days: TableDay[] = []
  seconds.forEach((second, row) => {
    const [date = '', time = '', offset = ''] = exact((second ?? 0) * 1000, zone).split(' ')
    const day = `${date} ${offset}`
    const last = days.at(-1)
    if (last?.day === day) last.rows.push({ row, time })
    else days.push({ day, rows: [{ row, time }] })
  })
  return days
}
