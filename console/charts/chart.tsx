import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { usePreferences } from '../live/preferences.ts'
import { csvLines } from '../table/export.ts'
import { exact } from '../words/time.ts'
import { ChartTable } from './chart-table.tsx'
import { ExportChart } from './export-chart.tsx'
import { timeLabels, timeSteps } from './time-labels.ts'
import './charts.css'

export type Line = { label: string; ink: 'accent' | 'grey' | 'dash' }
type ChartProps = {
  title: string
  lines: readonly Line[]
  /** seconds since 1970, then one array per line */
  data: readonly (readonly (number | null)[])[]
  unit: (value: number | null) => string
  /** bytes: the axis steps in powers of two */
  binary: boolean
  fromSeconds: number
  toSeconds: number
  /** the charts of one page share a crosshair */
  sync: string
  table: boolean
}

const height = 148
/** What a byte axis may step by. */
const binarySteps = Array.from({ length: 44 }, (_, power) => 2 ** power)

export function Chart({ title, lines, data, unit, binary, fromSeconds, toSeconds, sync, table }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const scheme = useComputedColorScheme('light')
  const { zone } = usePreferences()
  const [index, setIndex] = useState<number | null>(null)
  const range = useRef({ fromSeconds, toSeconds })
  range.current = { fromSeconds, toSeconds }
  const shape = JSON.stringify(lines)

  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const style = getComputedStyle(element)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    const inks = { accent: colour('--accent'), grey: colour('--bar'), dash: colour('--ink-3') }
    const axis = {
      stroke: colour('--ink-3'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: `11px ${style.fontFamily}`,
    }
    const drawn = new uPlot(
      {
        width: Math.max(160, element.clientWidth),
        height,
        legend: { show: false },
        cursor: { sync: { key: sync }, points: { size: 6 }, drag: { x: false, y: false } },
        scales: {
          x: { time: true, range: () => [range.current.fromSeconds, range.current.toSeconds] },
          y: { range: (_, __, max) => [0, max == null || max <= 0 ? 1 : max * 1.08] },
        },
        axes: [
          {
            ...axis,
            size: 24,
            space: 50,
            incrs: [...timeSteps],
            values: (_, splits) => timeLabels(splits, zone),
          },
          {
            ...axis,
            size: 64,
            space: 30,
            ...(binary ? { incrs: binarySteps } : {}),
            values: (_, splits) => splits.map((value) => unit(value)),
          },
        ],
        series: [
          {},
          ...lines.map((line) => ({
            label: line.label,
            stroke: inks[line.ink],
            width: line.ink === 'accent' ? 1.6 : 1.3,
            ...(line.ink === 'accent' ? { fill: `color-mix(in srgb, ${inks.accent} 10%, transparent)` } : {}),
            ...(line.ink === 'dash' ? { dash: [5, 4] } : {}),
            // A sample that stands alone is no line.
            points: {
              show: (self: uPlot, series: number) => line.ink !== 'dash' && measured(self.data[series]) < 4,
              size: 5,
            },
            spanGaps: false,
          })),
        ],
        hooks: { setCursor: [(self) => setIndex(self.cursor.idx ?? null)] },
      },
      [[]],
      element,
    )
    plot.current = drawn
    const watch = new ResizeObserver(() =>
      drawn.setSize({ width: Math.max(160, element.clientWidth), height }),
    )
    watch.observe(element)
    return () => {
      watch.disconnect()
      drawn.destroy()
      plot.current = null
    }
    // The lines are compared by what they say; a unit belongs to its lines.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shape, scheme, zone, sync, binary])

  useEffect(() => {
    plot.current?.setData(data as unknown as uPlot.AlignedData)
  }, [data, shape, scheme, zone, sync, binary])

  const xs = data[0] ?? []
  const at = index ?? lastMeasured(data)
  const when = at === null ? null : xs[at]
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <strong>{title}</strong>
        <span className="chart-values">
          {lines.map((line, each) => (
            <span key={line.label} className={`chart-key chart-${line.ink}`}>
              {line.label}{' '}
              <b>{unit(at === null ? lastOf(data[each + 1]) : (data[each + 1]?.[at] ?? null))}</b>
            </span>
          ))}
        </span>
        <ExportChart
          title={title}
          csv={() => csvOf(lines, data)}
          canvas={() => plot.current?.ctx.canvas ?? null}
        />
      </figcaption>
      <div
        ref={box}
        className={table ? 'chart-box hidden' : 'chart-box'}
        role="img"
        aria-label={`${title}: ${lines.map((line, each) => `${line.label} ${unit(lastOf(data[each + 1]))}`).join(', ')}`}
      />
      {lines.every((_, each) => lines[each]?.ink === 'dash' || lastOf(data[each + 1]) === null) && !table && (
        <p className="chart-none faint">Nothing measured in this range</p>
      )}
      {table && <ChartTable title={title} lines={lines} data={data} unit={unit} />}
      <span className="chart-when faint" aria-hidden="true">
        {index !== null && when != null ? exact(when * 1000, zone) : ''}
      </span>
    </figure>
  )
}

function measured(values: ArrayLike<number | null | undefined> | undefined): number {
  return Array.from(values ?? []).filter((value) => value != null).length
}

function lastMeasured(data: ChartProps['data']): number | null {
  const values = data[1] ?? []
  const found = values.findLastIndex((value) => value !== null)
  return found < 0 ? null : found
}

function lastOf(values: readonly (number | null)[] | undefined): number | null {
  return values?.findLast((value) => value !== null) ?? null
}

function csvOf(lines: ChartProps['lines'], data: ChartProps['data']): string {
  const rows = (data[0] ?? []).map((second, row) => [
    new Date((second ?? 0) * 1000).toISOString(),
    ...lines.map((_, each) => data[each + 1]?.[row] ?? null),
  ])
  return csvLines([['time', ...lines.map((line) => line.label)], ...rows])
}
