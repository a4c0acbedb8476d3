/** Curves of several policies over the time of a run: one colour each, named where they end. */
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { SmallTable } from '../look/small-table.tsx'
import { csvLines } from '../table/export.ts'
import { span } from '../words/time.ts'
import { curveLabels } from './curve-labels.ts'
import { ExportChart } from './export-chart.tsx'
import './charts.css'

export type CurveLine = { name: string; ink: string; values: readonly (number | null)[] }
type CurveProps = {
  title: string
  seconds: readonly number[]
  lines: readonly CurveLine[]
  unit: (value: number | null) => string
  /** the charts of one page share a crosshair */
  sync: string
  table: boolean
}

const height = 168
/** What an axis of simulated time may step by: round numbers of seconds, minutes, hours and days. */
const timeSteps = [
  1,
  5,
  10,
  30,
  ...[1, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
  ...[1, 2, 5, 10, 30, 60, 120].map((days) => days * 86_400),
]
const dashes: readonly (readonly number[])[] = [[], [9, 6], [3, 5], [12, 4, 3, 4]]
/** Of the points, for the table: it is read, not drawn. */
const tableRowsMax = 25

export function Curve({ title, seconds, lines, unit, sync, table }: CurveProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const scheme = useComputedColorScheme('light')
  const [index, setIndex] = useState<number | null>(null)
  const shape = JSON.stringify(lines.map(({ name, ink }) => [name, ink]))

  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const style = getComputedStyle(element)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    const axis = {
      stroke: colour('--ink-3'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: `11px ${style.fontFamily}`,
    }
    const named = lines.map(({ name, ink }) => ({ name, ink }))
    const width = () => Math.max(200, element.clientWidth)
    const drawn = new uPlot(
      {
        width: width(),
        height,
        legend: { show: false },
        padding: [8, labelWidth(named, width()), 0, 0],
        cursor: { sync: { key: sync }, points: { size: 6 }, drag: { x: false, y: false } },
        scales: {
          x: { time: false },
          y: { range: (_, __, max) => [0, max == null || max <= 0 ? 1 : max * 1.06] },
        },
        axes: [
          {
            ...axis,
            size: 24,
            space: 70,
            incrs: timeSteps,
            values: (_, splits) => splits.map((value) => span(value)),
          },
          { ...axis, size: 48, space: 30, values: (_, splits) => splits.map((value) => unit(value)) },
        ],
        series: [
          {},
          ...named.map(({ name, ink }, each) => ({
            label: name,
            stroke: ink,
            width: 1.7,
            // Where lines lie on each other, the first shows through the gaps of the others.
            dash: [...(dashes[each % dashes.length] ?? [])],
            points: { show: false },
            spanGaps: false,
          })),
        ],
        hooks: {
          setCursor: [(self) => setIndex(self.cursor.idx ?? null)],
          draw: [(self) => curveLabels(self, named, style.fontFamily)],
        },
      },
      [[]],
      element,
    )
    plot.current = drawn
    const watch = new ResizeObserver(() => drawn.setSize({ width: width(), height }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      drawn.destroy()
      plot.current = null
    }
    // The lines are compared by what they are called and how they look; the unit belongs to the title.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shape, scheme, sync, title])

  useEffect(() => {
    const columns = [seconds, ...lines.map(({ values }) => values)]
    plot.current?.setData(columns as unknown as uPlot.AlignedData) // it only reads them
  }, [seconds, lines, shape, scheme, sync, title])

  const at = index ?? seconds.length - 1
  const step = Math.max(1, Math.ceil(seconds.length / tableRowsMax))
  const rows = seconds.map((_, row) => row).filter((row) => row % step === 0 || row === seconds.length - 1)
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <strong>{title}</strong>
        <span className="chart-values">
          {index !== null && <span>after {span(seconds[index] ?? 0)}</span>}
          {lines.map(({ name, ink, values }) => (
            <span key={name} className="policy-key">
              <span className="policy-swatch" style={{ background: ink }} aria-hidden="true" />
              {name} <b>{unit(values[at] ?? null)}</b>
            </span>
          ))}
        </span>
        <ExportChart
          title={title}
          csv={() =>
            csvLines([
              ['seconds', ...lines.map(({ name }) => name)],
              ...seconds.map((second, row) => [second, ...lines.map(({ values }) => values[row] ?? null)]),
            ])
          }
          canvas={() => plot.current?.ctx.canvas ?? null}
        />
      </figcaption>
      <div
        ref={box}
        className={table ? 'curve-box hidden' : 'curve-box'}
        role="img"
        aria-label={`${title}, at the end: ${lines.map(({ name, values }) => `${name} ${unit(values.at(-1) ?? null)}`).join(', ')}`}
      />
      {table && (
        <div className="chart-table">
          <SmallTable
            matrix
            label={`${title} as a table`}
            heads={['After', ...lines.map(({ name }) => name)]}
            numeric={lines.map((_, each) => each + 1)}
            rows={rows.map((row) => ({
              key: String(row),
              cells: [span(seconds[row] ?? 0), ...lines.map(({ values }) => unit(values[row] ?? null))],
            }))}
          />
        </div>
      )}
    </figure>
  )
}

/** Room for the names at the right; on a phone the key above the chart says them. */
function labelWidth(lines: readonly { name: string }[], width: number): number {
  const longest = Math.max(0, ...lines.map(({ name }) => name.length))
  return width < 360 ? 12 : Math.min(130, 14 + 6.4 * longest)
}
