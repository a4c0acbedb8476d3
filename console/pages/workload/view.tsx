import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { type WorkloadAction, workloadRefusal } from '../../actions/reason.ts'
import { WorkloadAct } from '../../actions/workload-acts.tsx'
import { Metrics } from '../../charts/metrics.tsx'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { workloadTone } from '../../state/tone.ts'
import { EventsOf } from '../event/of.tsx'
import { WorkloadFacts } from './facts.tsx'
import { WorkloadLife } from './life.tsx'
import { WorkloadWhy } from './why.tsx'

const acts: readonly { act: WorkloadAction; word: string }[] = [
  { act: 'start', word: 'Start' },
  { act: 'stop', word: 'Stop' },
  { act: 'bind', word: 'Bind' },
  { act: 'migrate', word: 'Migrate' },
  { act: 'unbind', word: 'Unbind' },
  { act: 'resize', word: 'Resize' },
  { act: 'delete', word: 'Delete' },
]

export function WorkloadView() {
  const ref = useParams()['ref'] ?? ''
  const { atQuery, link } = useHere()
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const [act, setAct] = useState<WorkloadAction | null>(null)
  const input = { ref, query: atQuery }
  const found = useCall('workloadView', input, {
    keep: true,
    ...(atQuery.at === undefined ? { everyMs: 3000 } : {}),
  })
  const workload = found.data
  const up = (
    <Link className="page-up" to={link(paths.workloads())}>
      Workloads
    </Link>
  )
  if (workload === undefined) {
    return (
      <Page title={ref} up={up}>
        {found.isError ? (
          <Failure error={found.error} doing={`show workload ${ref}`} again={() => void found.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  return (
    <Page
      title={workload.name}
      up={up}
      beside={<Badge tone={workloadTone[workload.state]} word={workload.state} title={workload.reason} />}
      actions={
        <>
          <CopyAs operation="workloadView" input={input} />
          {acts.map((each) => (
            <ActButton
              key={each.act}
              off={off ?? workloadRefusal(each.act, workload.state)}
              {...(each.act === 'delete' ? { color: 'red', variant: 'light' } : {})}
              onAct={() => setAct(each.act)}
            >
              {each.word}
            </ActButton>
          ))}
        </>
      }
    >
      <div className="columns">
        <div className="stack-wide">
          <WorkloadLife workload={workload} />
          <Metrics subjectId={workload.id} limit={workload.demand} limitWord="asked for" />
        </div>
        <div className="stack-wide">
          <WorkloadFacts workload={workload} />
          <WorkloadWhy workload={workload} />
          <EventsOf subjectId={workload.id} />
        </div>
      </div>
      {act !== null && (
        <WorkloadAct
          act={act}
          workload={workload}
          onClose={() => setAct(null)}
          onGone={() => void navigate(paths.workloads())}
        />
      )}
    </Page>
  )
}
