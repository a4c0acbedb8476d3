import type { Inventory } from '@orrery/api/inventory.ts'
import { Badge } from '../state/badge.tsx'
import { nodeTone } from '../state/tone.ts'
import { bytes, cores, count, gpus, gramsPerHour, percent, watts } from '../words/quantity.ts'
import type { Hit } from './hit.ts'

type TipProps = { inventory: Inventory; hit: Exclude<Hit, null>; x: number; y: number; width: number }

const tipWidth = 236

/** What the pointer is on, in numbers. */
export function Tip({ inventory, hit, x, y, width }: TipProps) {
  const left = x + tipWidth + 24 > width ? x - tipWidth - 14 : x + 14
  return (
    <div
      className="orrery-tip panel"
      style={{ left: Math.max(4, left), top: y + 12, width: tipWidth }}
      aria-hidden="true"
    >
      {hit.kind === 'node' ? (
        <NodeTip inventory={inventory} node={hit.node} />
      ) : (
        <SiteTip inventory={inventory} site={hit.site} />
      )}
    </div>
  )
}

function NodeTip({ inventory: { nodes, sites }, node }: { inventory: Inventory; node: number }) {
  const state = nodes.state[node] ?? 'discovered'
  const all = nodes.cpuCores[node] ?? 0
  const gpu = nodes.gpuMilli[node] ?? 0
  return (
    <>
      <div className="spread">
        <strong>{nodes.name[node]}</strong>
        <Badge tone={nodeTone[state]} word={state} />
      </div>
      <div className="faint">
        {nodes.kind[node]} at {sites[nodes.site[node] ?? -1]?.name},{' '}
        {count(nodes.workloadCount[node] ?? 0, 'workload')}
      </div>
      <dl className="facts">
        <dt>CPU</dt>
        <dd>
          {cores(nodes.cpuCoresUsed[node])} used, {percent((nodes.cpuCoresAllocated[node] ?? 0) / all)}{' '}
          reserved of {cores(all)}
        </dd>
        <dt>Memory</dt>
        <dd>
          {bytes(nodes.memoryBytesAllocated[node])} reserved of {bytes(nodes.memoryBytes[node])}
        </dd>
        {gpu > 0 && (
          <>
            <dt>GPUs</dt>
            <dd>
              {(nodes.gpuMilliAllocated[node] ?? 0) / 1000} of {gpus(gpu)}
            </dd>
          </>
        )}
      </dl>
    </>
  )
}

function SiteTip({ inventory, site }: { inventory: Inventory; site: number }) {
  const found = inventory.sites[site]
  if (found === undefined) return null
  return (
    <>
      <div className="spread">
        <strong>{found.name}</strong>
        <span className="faint">{found.kind}</span>
      </div>
      <div className="faint">
        {count(found.nodeCount, 'node')},{' '}
        {found.latencyMs === null ? 'distance not known' : `${found.latencyMs} ms from the core`}
      </div>
      <dl className="facts">
        <dt>CPU</dt>
        <dd>
          {cores(found.cpuCoresUsed)} used, {percent(found.cpuCoresAllocated / found.cpuCores)} reserved of{' '}
          {cores(found.cpuCores)}
        </dd>
        <dt>Memory</dt>
        <dd>
          {bytes(found.memoryBytesAllocated)} reserved of {bytes(found.memoryBytes)}
        </dd>
        <dt>Power</dt>
        <dd>
          {watts(found.powerWatts)}, {gramsPerHour(found.carbonGramsPerHour)}
        </dd>
      </dl>
    </>
  )
}
