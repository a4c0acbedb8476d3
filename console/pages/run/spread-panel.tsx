import { useCallback, useMemo, useRef } from 'react'
import type { RunDetail } from '@orrery/api/run.ts'
import { Canvas, type Picture } from '../../charts/canvas.tsx'
import { ExportChart } from '../../charts/export-chart.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { csvLines } from '../../table/export.ts'
import { PolicyName } from '../../charts/policy-name.tsx'
import { binNames, spreadBins } from './spread.ts'

type SpreadProps = { details: readonly RunDetail[]; inks: ReadonlyMap<string, string>; table: boolean }
type Bars = readonly { policy: string; ink: string; bins: readonly number[] }[]

const title = 'Fragmentation over the nodes'
const height = 190
const left = 34
const bottom = 34

/** The distribution behind the mean: how many nodes are fragmented how much at the end. */
export function Spread({ details, inks, table }: SpreadProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const bars = useMemo(
    () =>
      details.map(({ policy, nodes }) => ({
        policy,
        ink: inks.get(policy) ?? '#808080',
        bins: spreadBins(nodes.map(({ fragment }) => fragment)),
      })),
    [details, inks],
  )
  const picture = useCallback((width: number) => spreadPicture(bars, width), [bars])
  const withGpus = bars[0]?.bins.reduce((sum, each) => sum + each, 0) ?? 0
  const words = bars
    .map(({ policy, bins }) => `${policy}: ${withGpus - (bins[0] ?? 0)} of ${withGpus} nodes`)
    .join(', ')
  return (
    <Panel
      title={title}
      side={
        <ExportChart
          title={title}
          csv={() => csvLines([['percent', ...bars.map(({ policy }) => policy)], ...rowsOf(bars)])}
          canvas={() => canvas.current}
        />
      }
    >
      {withGpus === 0 ? (
        <p className="faint">No node has GPUs, so nothing is fragmented.</p>
      ) : (
        <div className="stack">
          <div className="row">
            {bars.map(({ policy, ink }) => (
              <PolicyName key={policy} name={policy} ink={ink} />
            ))}
          </div>
          <div className={table ? 'heat-hidden' : ''}>
            <Canvas canvas={canvas} label={`Fragmented at the end: ${words}`} picture={picture} />
          </div>
          {table && (
            <SmallTable
              matrix
              label={title}
              heads={['Share of its GPUs, %', ...bars.map(({ policy }) => policy)]}
              numeric={bars.map((_, at) => at + 1)}
              rows={rowsOf(bars).map((cells) => ({ key: String(cells[0]), cells }))}
            />
          )}
        </div>
      )}
    </Panel>
  )
}

function rowsOf(bars: Bars): (string | number)[][] {
  return binNames.map((name, bin) => [name, ...bars.map(({ bins }) => bins[bin] ?? 0)])
}

function spreadPicture(bars: Bars, width: number): Picture {
  const most = Math.max(1, ...bars.flatMap(({ bins }) => bins))
  const floor = height - bottom
  const binWidth = (width - left) / binNames.length
  const barWidth = Math.max(1, Math.min(16, (binWidth - 6) / bars.length))
  const heightOf = (value: number) => (value / most) * (floor - 18)
  return {
    height,
    paint(pen, inks) {
      pen.clearRect(0, 0, width, height)
      pen.font = `11px ${inks.font}`
      pen.textBaseline = 'middle'
      pen.fillStyle = inks.faint
      pen.textAlign = 'right'
      pen.fillText('0', left - 8, floor)
      pen.fillText(String(most), left - 8, floor - heightOf(most))
      pen.textAlign = 'left'
      pen.fillText('nodes', 0, 7)
      pen.textAlign = 'center'
      binNames.forEach((name, bin) => {
        const x = left + bin * binWidth
        const start = x + (binWidth - barWidth * bars.length) / 2
        bars.forEach(({ ink, bins }, each) => {
          const value = bins[bin] ?? 0
          if (value === 0) return
          const tall = heightOf(value)
          pen.fillStyle = ink
          pen.fillRect(start + each * barWidth, floor - tall, barWidth - 1, tall)
          if (barWidth >= 9) {
            pen.fillStyle = inks.ink
            pen.fillText(String(value), start + (each + 0.5) * barWidth, floor - tall - 7)
          }
        })
        pen.fillStyle = inks.faint
        pen.fillText(name, x + binWidth / 2, floor + 10)
      })
      pen.fillText('share of a node’s GPUs that is idle and of no use, %', (left + width) / 2, floor + 26)
      pen.fillStyle = inks.line
      pen.fillRect(left, floor, width - left, 1)
    },
  }
}
