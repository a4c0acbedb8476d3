import { Button } from '@mantine/core'
import { IconTable } from '@tabler/icons-react'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { operationEnded } from '@orrery/api/operation.ts'
import type { Run } from '@orrery/api/run.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { operationTone } from '../../state/tone.ts'
import { labAddress } from '../lab/draft.ts'
import { scenarioKeep } from '../lab/scenario-kept.ts'
import { OperationProgress } from '../operation/progress.tsx'
import { RunAct, type RunActName } from './acts.tsx'
import { useRunLook } from './choice.ts'
import { RunFacts } from './facts.tsx'
import { Results } from './results.tsx'
import { RunScenarioText } from './scenario-text.tsx'
import './run.css'

export function RunView() {
  const ref = useParams()['ref'] ?? ''
  const found = useCall('runView', { ref }, { keep: true })
  const run = found.data
  if (run !== undefined) return <RunPage reference={ref} run={run} />
  return (
    <Page title={ref} up={<Up />}>
      {found.isError ? (
        <Failure error={found.error} doing={`show run ${ref}`} again={() => void found.refetch()} />
      ) : (
        <Waiting />
      )}
    </Page>
  )
}

function Up() {
  return (
    <Link className="page-up" to={paths.runs()}>
      Runs
    </Link>
  )
}

function RunPage({ reference, run }: { reference: string; run: Run }) {
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const [act, setAct] = useState<RunActName | null>(null)
  const [look, setLook] = useRunLook(run)
  const ended = operationEnded.includes(run.state)
  // The one that runs is not heard of by events until it ends; its results come one by one.
  useCall('runView', { ref: reference }, { everyMs: 1000, enabled: !ended })
  const result = run.results.find((each) => each.policy === look.policy && each.seed === look.seed)
  const again = () => {
    // The address has room for the rest of the form.
    if (run.scenario !== null) scenarioKeep(run.scenario)
    void navigate(labAddress(run))
  }
  const noPlan =
    run.source.kind === 'scenario'
      ? 'Its nodes and tasks are those of a scenario, not the live ones.'
      : result === undefined
        ? `${look.policy} has no result yet.`
        : result.changeCount === 0
          ? `Under ${look.policy} everything stands at the end where it stood.`
          : null
  return (
    <Page
      title={run.name}
      up={<Up />}
      beside={<Badge tone={operationTone[run.state]} word={run.state} title={run.error} />}
      actions={
        <>
          {run.results.length > 0 && (
            <Button
              aria-pressed={look.table}
              onClick={() => setLook('as', look.table ? '' : 'table')}
              leftSection={<IconTable size={14} aria-hidden="true" />}
            >
              Tables
            </Button>
          )}
          <CopyAs operation="runView" input={{ ref: run.name }} />
          <Button onClick={again}>Again in the lab</Button>
          {!ended && (
            <ActButton off={off} onAct={() => setAct('cancel')}>
              Cancel
            </ActButton>
          )}
          <ActButton off={off} color="red" variant="light" onAct={() => setAct('delete')}>
            Delete
          </ActButton>
          <ActButton off={off ?? noPlan} variant="filled" onAct={() => setAct('plan')}>
            Make this a plan
          </ActButton>
        </>
      }
    >
      <div className="stack-wide">
        {!ended && <Progress run={run} />}
        {run.error !== null && (
          <Panel title={`It ${run.state === 'failed' ? 'failed' : `is ${run.state}`}`}>
            <p role="alert">{run.error}</p>
          </Panel>
        )}
        <RunFacts run={run} />
        {run.results.length > 0 && <Results run={run} look={look} onLook={setLook} />}
        {run.scenario !== null && <RunScenarioText name={run.name} scenario={run.scenario} />}
        {ended && run.results.length === 0 && (
          <p className="quiet">It ended before any policy had a result. Start it again from the lab.</p>
        )}
      </div>
      {act !== null && (
        <RunAct act={act} run={run} policy={look.policy} seed={look.seed} onClose={() => setAct(null)} />
      )}
    </Page>
  )
}

function Progress({ run }: { run: Run }) {
  const operation = useCall('operationView', { ref: run.operationId }, { everyMs: 700 })
  return (
    <Panel title="Progress">
      {operation.data === undefined ? (
        <Waiting lines={1} />
      ) : (
        <div className="stack operation-big">
          <OperationProgress operation={operation.data} />
          <p className="quiet">{operation.data.note ?? 'It is about to begin.'}</p>
        </div>
      )}
    </Panel>
  )
}
