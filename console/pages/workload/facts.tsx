import { Link } from 'react-router'
import type { Workload } from '@orrery/api/workload.ts'
import { demandWords } from '../../actions/demand-words.ts'
import { useHere } from '../../live/here.ts'
import { Panel } from '../../look/panel.tsx'
import { Told } from '../../look/told.tsx'
import { paths } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { Exact, Instant } from '../../state/instant.tsx'
import { Meter } from '../../state/meter.tsx'
import { workloadTone } from '../../state/tone.ts'
import { bytes, cores, nothing } from '../../words/quantity.ts'
import { ConstraintList } from './constraint-list.tsx'

export function WorkloadFacts({ workload }: { workload: Workload }) {
  const { link } = useHere()
  const { demand, usage } = workload
  return (
    <Panel title="What it is">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <Badge tone={workloadTone[workload.state]} word={workload.state} /> for{' '}
          <Instant at={workload.stateSince} age />
          {workload.reason !== null && (
            <div className="quiet">
              <Told text={workload.reason} />
            </div>
          )}
        </dd>
        <dt>Should be</dt>
        <dd>{workload.desired}</dd>
        <dt>Node</dt>
        <dd>
          {workload.nodeName === null ? (
            <span className="faint">
              none{workload.autoPlace ? '; the plan loop looks for one' : '; it waits for someone to bind it'}
            </span>
          ) : (
            <>
              <Link className="link" to={link(paths.node(workload.nodeName))}>
                {workload.nodeName}
              </Link>
              {workload.siteName !== null && (
                <>
                  {' '}
                  at{' '}
                  <Link className="link" to={link(paths.site(workload.siteName))}>
                    {workload.siteName}
                  </Link>
                </>
              )}
            </>
          )}
        </dd>
        <dt>Asks for</dt>
        <dd>{demandWords(demand)}</dd>
        <dt>CPU</dt>
        <dd>
          <Meter label="CPU used" used={usage?.cpuCores ?? null} of={demand.cpuCores} />
          <div className="faint">{used(cores(usage?.cpuCores))}</div>
        </dd>
        <dt>Memory</dt>
        <dd>
          <Meter label="Memory used" used={usage?.memoryBytes ?? null} of={demand.memoryBytes} />
          <div className="faint">{used(bytes(usage?.memoryBytes))}</div>
        </dd>
        {workload.gpuIndexes.length > 0 && (
          <>
            <dt>Holds</dt>
            <dd>GPU {workload.gpuIndexes.join(', ')}</dd>
          </>
        )}
        <dt>Constraints</dt>
        <dd>
          <ConstraintList constraints={workload.constraints} />
        </dd>
        <dt>Kind</dt>
        <dd>
          {workload.kind}, priority {workload.priority}
        </dd>
        {Object.keys(workload.labels).length > 0 && (
          <>
            <dt>Labels</dt>
            <dd className="mono">
              {Object.entries(workload.labels).map(([key, value]) => (
                <div key={key}>
                  {key}={value}
                </div>
              ))}
            </dd>
          </>
        )}
        {workload.providerRef !== null && (
          <>
            <dt>At its provider</dt>
            <dd className="mono">{workload.providerRef}</dd>
          </>
        )}
        {workload.traceAt !== null && (
          <>
            <dt>Trace time</dt>
            <dd>
              <Exact at={workload.traceAt} />
            </dd>
          </>
        )}
        <dt>Created</dt>
        <dd>
          <Exact at={workload.createdAt} />
        </dd>
        <dt>Id</dt>
        <dd className="mono">{workload.id}</dd>
      </dl>
    </Panel>
  )
}

function used(figure: string): string {
  return figure === nothing ? 'nothing measured yet' : `${figure} used`
}
