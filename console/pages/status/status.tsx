import { useCall } from '../../live/call.ts'
import { useFeed } from '../../live/follow.tsx'
import { useNow } from '../../live/now.ts'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Exact, Instant } from '../../state/instant.tsx'
import { count, figures, whole } from '../../words/quantity.ts'
import { span } from '../../words/time.ts'

/** This server: what it listens on, what its loops do, where its data is. */
export function StatusPage() {
  const found = useCall('statusView', {}, { everyMs: 2000 })
  const { state, recent } = useFeed()
  const now = useNow()
  const status = found.data
  if (status === undefined) {
    return (
      <Page title="Status">
        {found.isError ? (
          <Failure error={found.error} doing="ask the server how it is" again={() => void found.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  return (
    <Page title="Status" actions={<CopyAs operation="statusView" input={{}} />}>
      <div className="columns">
        <div className="stack-wide">
          <Panel title="Loops" flush>
            <SmallTable
              label="Loops"
              heads={['Name', 'State', 'Runs', 'Failures', 'Last took', 'Last ran', 'Last failure']}
              numeric={[2, 3, 4]}
              rows={status.loops.map((loop) => ({
                key: loop.name,
                cells: [
                  <strong key="name">{loop.name}</strong>,
                  loop.lastError !== null ? (
                    <Badge key="state" tone="failed" word="failing" title={loop.lastError} />
                  ) : loop.owned ? (
                    <Badge key="state" tone="running" word="ours" />
                  ) : (
                    <Badge key="state" tone="idle" word="another server’s" />
                  ),
                  whole(loop.runs),
                  whole(loop.failures),
                  loop.lastMs === null ? '–' : `${figures(loop.lastMs)} ms`,
                  <Instant key="at" at={loop.lastAt} />,
                  <span key="error" className="quiet">
                    {loop.lastError ?? '–'}
                  </span>,
                ],
              }))}
            />
          </Panel>
          <Panel title="Listeners" flush>
            <SmallTable
              label="Listeners"
              heads={['Name', 'State', 'Address', 'Why']}
              rows={status.listeners.map((listener) => ({
                key: listener.name,
                cells: [
                  <strong key="name">{listener.name}</strong>,
                  <Badge
                    key="state"
                    tone={listener.state === 'open' ? 'running' : 'idle'}
                    word={listener.state === 'open' ? 'open' : 'left out'}
                  />,
                  <span key="url" className="mono">
                    {listener.url}
                  </span>,
                  <span key="why" className="quiet">
                    {listener.reason ?? '–'}
                  </span>,
                ],
              }))}
            />
          </Panel>
        </div>
        <div className="stack-wide">
          <Panel title="This server">
            <dl className="facts">
              <dt>Version</dt>
              <dd>{status.version}</dd>
              <dt>Running for</dt>
              <dd title={status.startedAt}>
                {span((Date.parse(status.now) - Date.parse(status.startedAt)) / 1000)}
              </dd>
              <dt>Its clock</dt>
              <dd>
                <Exact at={status.now} />
                {Math.abs(Date.parse(status.now) - now) > 5000 && (
                  <div className="quiet">
                    {span(Math.abs(Date.parse(status.now) - now) / 1000)} apart from this browser’s
                  </div>
                )}
              </dd>
              <dt>Demo</dt>
              <dd>{status.demo ? 'yes' : 'no'}</dd>
              <dt>Name among replicas</dt>
              <dd className="mono">{status.instanceId}</dd>
            </dl>
          </Panel>
          <Panel title="Database">
            <dl className="facts">
              <dt>Kind</dt>
              <dd>{status.database.kind}</dd>
              <dt>PostgreSQL</dt>
              <dd>{status.database.version}</dd>
              <dt>TimescaleDB</dt>
              <dd>{status.database.timescale ? 'in use' : 'not there'}</dd>
              <dt>Migration</dt>
              <dd className="mono">{status.database.migration}</dd>
            </dl>
          </Panel>
          <Panel title="This page">
            <dl className="facts">
              <dt>Event stream</dt>
              <dd>
                <Badge
                  tone={state === 'open' ? 'running' : state === 'lost' ? 'failed' : 'pending'}
                  word={state}
                />
              </dd>
              <dt>Heard</dt>
              <dd>{recent.length >= 200 ? 'more than 200 events' : count(recent.length, 'event')}</dd>
            </dl>
            <p className="row">
              <a className="link" href="/metrics">
                Prometheus metrics
              </a>
              <a className="link" href="/docs">
                API documentation
              </a>
            </p>
          </Panel>
        </div>
      </div>
    </Page>
  )
}
