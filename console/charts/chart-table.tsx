import { usePreferences } from '../live/preferences.ts'
import { Scroll } from '../look/scroll.tsx'
import type { Line } from './chart.tsx'
import { tableDays } from './table-days.ts'

type ChartTableProps = {
  title: string
  lines: readonly Line[]
  /** seconds since 1970, then one array per line */
  data: readonly (readonly (number | null)[])[]
  unit: (value: number | null) => string
}

/** What a chart draws, as numbers. A day is said once, above its rows: in each of them it would leave the numbers no room. */
export function ChartTable({ title, lines, data, unit }: ChartTableProps) {
  const { zone } = usePreferences()
  return (
    <Scroll label={`${title} as a table`} className="chart-table">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map((line) => (
              <th key={line.label} scope="col" className="number">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        {tableDays(data[0] ?? [], zone).map(({ day, rows }) => (
          <tbody key={day}>
            <tr>
              <th scope="rowgroup" className="faint" colSpan={lines.length + 1}>
                {day}
              </th>
            </tr>
            {rows.map(({ row, time }) => (
              <tr key={row}>
                <th scope="row">{time}</th>
                {lines.map((line, each) => (
                  <td key={line.label} className="number">
                    {unit(data[each + 1]?.[row] ?? null)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Scroll>
  )
}
