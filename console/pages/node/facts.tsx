import { Link } from 'react-router'
import type { Node } from '@orrery/api/node.ts'
import { useHere } from '../../live/here.ts'
import { Panel } from '../../look/panel.tsx'
import { paths } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { Exact, Instant } from '../../state/instant.tsx'
import { Meter } from '../../state/meter.tsx'
import { nodeTone } from '../../state/tone.ts'
import { bytes, cores, figures, gpus, nothing, watts } from '../../words/quantity.ts'

export function NodeFacts({ node }: { node: Node }) {
  const { link } = useHere()
  const { capacity, allocated, usage } = node
  const disk = capacity.diskBytes
  return (
    <Panel title="What it is">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <Badge tone={nodeTone[node.state]} word={node.state} /> for <Instant at={node.stateSince} age />
          {node.reason !== null && <div className="quiet">{node.reason}</div>}
        </dd>
        <dt>Site</dt>
        <dd>
          <Link className="link" to={link(paths.site(node.siteName))}>
            {node.siteName}
          </Link>
        </dd>
        <dt>Provider</dt>
        <dd>
          <Link className="link" to={paths.provider(node.providerName)}>
            {node.providerName}
          </Link>
          , {node.kind}
        </dd>
        <dt>CPU</dt>
        <dd>
          <Meter
            label="CPU"
            used={usage?.cpuCores ?? null}
            reserved={allocated.cpuCores}
            of={capacity.cpuCores}
          />
          <div className="faint">
            {usage?.cpuCores == null ? nothing : figures(usage.cpuCores)} used, {figures(allocated.cpuCores)}{' '}
            reserved of {cores(capacity.cpuCores)}
          </div>
        </dd>
        <dt>Memory</dt>
        <dd>
          <Meter
            label="Memory"
            used={usage?.memoryBytes ?? null}
            reserved={allocated.memoryBytes}
            of={capacity.memoryBytes}
          />
          <div className="faint">
            {bytes(usage?.memoryBytes)} used, {bytes(allocated.memoryBytes)} reserved of{' '}
            {bytes(capacity.memoryBytes)}
          </div>
        </dd>
        {disk > 0 && (
          <>
            <dt>Disk</dt>
            <dd>
              <Meter label="Disk" used={null} reserved={allocated.diskBytes} of={disk} />
              <div className="faint">
                {bytes(allocated.diskBytes)} reserved of {bytes(disk)}
              </div>
            </dd>
          </>
        )}
        {capacity.gpus.map((gpu, index) => (
          <GpuFact
            key={index}
            index={index}
            model={gpu.model}
            milli={gpu.milli}
            taken={allocated.gpuMilli[index] ?? 0}
          />
        ))}
        <dt>Power</dt>
        <dd>{watts(usage?.powerWatts)}</dd>
        <dt>Last seen</dt>
        <dd>
          <Instant at={node.lastSeenAt} />
        </dd>
        {node.addresses.length > 0 && (
          <>
            <dt>Addresses</dt>
            <dd className="mono">{node.addresses.join(', ')}</dd>
          </>
        )}
        {node.capabilities.length > 0 && (
          <>
            <dt>Capabilities</dt>
            <dd>{node.capabilities.join(', ')}</dd>
          </>
        )}
        {Object.keys(node.labels).length > 0 && (
          <>
            <dt>Labels</dt>
            <dd className="mono">
              {Object.entries(node.labels).map(([key, value]) => (
                <div key={key}>
                  {key}={value}
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>Registered</dt>
        <dd>
          <Exact at={node.createdAt} />
        </dd>
        <dt>Id</dt>
        <dd className="mono">{node.id}</dd>
      </dl>
    </Panel>
  )
}

type GpuFactProps = { index: number; model: string; milli: number; taken: number }

function GpuFact({ index, model, milli, taken }: GpuFactProps) {
  return (
    <>
      <dt>GPU {index}</dt>
      <dd>
        <Meter label={`GPU ${index}`} used={null} reserved={taken} of={milli} />
        <div className="faint">
          {model === '' ? 'no model' : model}, {taken === 0 ? '0' : gpus(taken)} of {gpus(milli)} reserved
        </div>
      </dd>
    </>
  )
}
