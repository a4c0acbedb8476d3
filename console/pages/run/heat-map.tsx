import { useCallback, useMemo, useRef, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type { RunDetail } from '@orrery/api/run.ts'
import { Canvas } from '../../charts/canvas.tsx'
import { ExportChart } from '../../charts/export-chart.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { paths } from '../../paths.ts'
import { csvLines } from '../../table/export.ts'
import { count, percent } from '../../words/quantity.ts'
import { type HeatFrames, resourcesOf, shareAt } from './heat-frames.ts'
import { heatHit, heatLayout } from './heat-layout.ts'
import { heatPicture, resourceWords } from './heat-paint.ts'
import { PolicyName } from '../../charts/policy-name.tsx'

type HeatMapProps = {
  detail: RunDetail
  frames: HeatFrames
  /** which of the frames */
  at: number
  ink: string | undefined
  table: boolean
}

const tableRowsMax = 500

/** How full each node is: a column per node, a row per resource. */
export function HeatMap({ detail, frames, at, ink, table }: HeatMapProps) {
  const navigate = useNavigate()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const { nodes, policy } = detail
  const sites = useMemo(() => nodes.map(({ site }) => site), [nodes])
  const rows = useMemo(() => resourcesOf(frames), [frames])
  const frame = frames.frames[at]
  const layoutOf = useCallback((width: number) => heatLayout(sites, rows.length, width), [sites, rows])
  const picture = useCallback(
    (width: number) => heatPicture({ layout: layoutOf(width), rows, frame, width }),
    [layoutOf, rows, frame],
  )
  const hit = (point: { x: number; y: number } | null, width: number) =>
    point === null ? null : heatHit(layoutOf(width), rows.length, point.x, point.y)
  const under = pointed === null ? undefined : nodes[pointed]
  const values = (node: number) =>
    rows.map((row) => `${resourceWords[row]} ${percent(shareAt(frame, node, row))}`).join(', ')
  const title = `How full the nodes are under ${policy}`
  return (
    <figure className="heat">
      <figcaption className="chart-head">
        <strong>
          <PolicyName name={policy} ink={ink} />
        </strong>
        <span className="chart-values">seed {detail.seed}</span>
        <ExportChart
          title={title}
          csv={() =>
            csvLines([
              ['node', 'site', ...rows],
              ...nodes.map(({ name, site }, node) => [
                name,
                site,
                ...rows.map((row) => rounded(shareAt(frame, node, row))),
              ]),
            ])
          }
          canvas={() => canvas.current}
        />
      </figcaption>
      <div className={table ? 'heat-box heat-hidden' : 'heat-box'}>
        <Canvas
          canvas={canvas}
          label={`${title}: ${meansWords(rows, frame, nodes.length)}`}
          picture={picture}
          onPoint={(point, width) => setPointed(hit(point, width))}
          onPress={(point, width) => {
            const node = nodes[hit(point, width) ?? -1]
            // One of a scenario has no page.
            if (node !== undefined && node.id !== null) void navigate(paths.node(node.name))
          }}
        />
      </div>
      {table ? (
        <>
          <div className="chart-table heat-table">
            <SmallTable
              matrix
              label={title}
              heads={['Node', 'Site', ...rows.map((row) => resourceWords[row])]}
              numeric={rows.map((_, each) => each + 2)}
              rows={nodes.slice(0, tableRowsMax).map((node, each) => ({
                key: node.name,
                cells: [
                  node.id === null ? (
                    node.name
                  ) : (
                    <Link key="node" to={paths.node(node.name)}>
                      {node.name}
                    </Link>
                  ),
                  node.site,
                  ...rows.map((row) => percent(shareAt(frame, each, row))),
                ],
              }))}
            />
          </div>
          {nodes.length > tableRowsMax && (
            <p className="faint">
              The first {tableRowsMax}; the CSV has all {nodes.length}.
            </p>
          )}
        </>
      ) : (
        <p className="heat-under faint" aria-hidden="true">
          {under === undefined || pointed === null
            ? `${count(nodes.length, 'node')}; point at one to read it`
            : `${under.name} at ${under.site}: ${values(pointed)}`}
        </p>
      )}
    </figure>
  )
}

function rounded(share: number | null): number | null {
  return share === null ? null : Math.round(share * 1000) / 1000
}

function meansWords(
  rows: readonly (keyof typeof resourceWords)[],
  frame: Uint8Array | undefined,
  nodeCount: number,
): string {
  return rows
    .map((row) => {
      const shares = Array.from({ length: nodeCount }, (_, node) => shareAt(frame, node, row)).filter(
        (share) => share !== null,
      )
      const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
      return `${resourceWords[row]} ${percent(mean)} on the mean of ${count(shares.length, 'node')}`
    })
    .join(', ')
}
