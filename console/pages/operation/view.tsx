import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { operationEnded } from '@orrery/api/operation.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Failure } from '../../look/failure.tsx'
import { Json } from '../../look/json.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Exact } from '../../state/instant.tsx'
import { operationTone } from '../../state/tone.ts'
import { fieldWords } from '../event/changes.ts'
import { EventsOf } from '../event/of.tsx'
import { OperationProgress } from './progress.tsx'
import { OperationSubject } from './subject.tsx'

export function OperationView() {
  const ref = useParams()['ref'] ?? ''
  const off = useActsOff('operator')
  const [cancelling, setCancelling] = useState(false)
  const found = useCall('operationView', { ref }, { everyMs: 1500 })
  const operation = found.data
  const up = (
    <Link className="page-up" to={paths.operations()}>
      Operations
    </Link>
  )
  if (operation === undefined) {
    return (
      <Page title="Operation" up={up}>
        {found.isError ? (
          <Failure error={found.error} doing="show the operation" again={() => void found.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  const ended = operationEnded.includes(operation.state)
  return (
    <Page
      title={operation.kind}
      up={up}
      beside={<Badge tone={operationTone[operation.state]} word={operation.state} />}
      actions={
        <>
          <CopyAs operation="operationView" input={{ ref: operation.id }} />
          <ActButton
            off={off ?? (ended ? `It is ${operation.state} already.` : null)}
            onAct={() => setCancelling(true)}
          >
            Cancel
          </ActButton>
        </>
      }
    >
      <div className="columns">
        <div className="stack-wide">
          <Panel title="Progress">
            <div className="stack operation-big">
              <OperationProgress operation={operation} />
              {operation.note !== null && <p className="quiet">{operation.note}</p>}
              {operation.error !== null && <p role="alert">{operation.error}</p>}
            </div>
          </Panel>
          {operation.output != null && (
            <Panel title="What came out">
              <Outcome output={operation.output} about={operation.subjectId} />
            </Panel>
          )}
        </div>
        <div className="stack-wide">
          <Panel title="What it is">
            <dl className="facts">
              <dt>About</dt>
              <dd>
                <OperationSubject operation={operation} />
              </dd>
              <dt>By</dt>
              <dd>{operation.actorName ?? 'the system'}</dd>
              <dt>Asked</dt>
              <dd>
                <Exact at={operation.createdAt} />
              </dd>
              <dt>Started</dt>
              <dd>
                <Exact at={operation.startedAt} />
              </dd>
              <dt>Ended</dt>
              <dd>
                <Exact at={operation.endedAt} />
              </dd>
              <dt>Id</dt>
              <dd className="mono">{operation.id}</dd>
            </dl>
          </Panel>
          <EventsOf subjectId={operation.id} />
        </div>
      </div>
      {cancelling && (
        <ActDialog
          title={`Cancel ${operation.kind}`}
          operation="operationCancel"
          input={{ ref: operation.id, body: {} }}
          verb="Ask it to stop"
          danger
          doing={`cancel ${operation.kind}`}
          changes={[{ what: 'Operation', before: operation.state, after: 'cancelled' }]}
          says="It stops at its next safe place. What it has done stays done."
          onClose={() => setCancelling(false)}
        />
      )}
    </Page>
  )
}

/** The answer of an operation as facts; a value that is itself a structure as JSON. What it is about is said beside. */
function Outcome({ output, about }: { output: unknown; about: string | null }) {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) {
    return <Json label="What came out" value={output} />
  }
  return (
    <dl className="facts">
      {Object.entries(output)
        .filter(([, value]) => value !== about)
        .map(([key, value]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>{fieldWords(key)}</dt>
            <dd>
              {typeof value === 'object' && value !== null ? (
                <Json label={key} value={value} />
              ) : (
                String(value)
              )}
            </dd>
          </div>
        ))}
    </dl>
  )
}
