import { useState } from 'react'
import { useNavigate } from 'react-router'
import { type PlanSummary, planStates } from '@orrery/api/plan.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useHere } from '../../live/here.ts'
import { Empty } from '../../look/empty.tsx'
import { Page } from '../../look/page.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { planTone } from '../../state/tone.ts'
import type { Column, Field } from '../../table/column.ts'
import { instantColumn, sentenceColumn, stateColumn, wordColumn } from '../../table/columns.tsx'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'

const idOf = (plan: PlanSummary) => plan.id

const columns: readonly Column<PlanSummary>[] = [
  instantColumn(
    { key: 'createdAt', title: 'Proposed', width: 120, sortable: true, usual: true, phone: true },
    (plan) => plan.createdAt,
  ),
  stateColumn((plan) => planTone[plan.state]),
  {
    key: 'steps',
    title: 'Steps',
    width: 150,
    usual: true,
    phone: true,
    cell: (plan) => stepWords(plan),
    text: (plan) => plan.stepCount,
  },
  wordColumn(
    { key: 'origin', title: 'Asked by', width: 130, sortable: true, usual: true },
    (plan) => plan.origin,
  ),
  wordColumn({ key: 'policy', title: 'Policy', width: 110, usual: true }, (plan) => plan.policyName),
  sentenceColumn(
    { key: 'reason', title: 'Reason', width: 320, least: 200, usual: true },
    (plan) => plan.reason,
  ),
  instantColumn({ key: 'endedAt', title: 'Ended', width: 110, usual: true }, (plan) => plan.endedAt),
]

function stepWords(plan: Pick<PlanSummary, 'doneCount' | 'stepCount' | 'failedCount'>): string {
  return `${plan.doneCount} of ${plan.stepCount} done${plan.failedCount > 0 ? `, ${plan.failedCount} failed` : ''}`
}
const fields: readonly Field[] = [
  { name: 'state', values: planStates },
  { name: 'origin' },
  { name: 'policy' },
]

export function PlanList() {
  const { link } = useHere()
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const [asking, setAsking] = useState(false)
  const ask = (
    <ActButton off={off} variant="filled" onAct={() => setAsking(true)}>
      Propose a plan
    </ActButton>
  )
  return (
    <Page
      title="Plans"
      fill
      actions={
        <>
          <CopyAs operation="planList" input={useListInput(false)} />
          {ask}
        </>
      }
    >
      <DataTable
        operation="planList"
        one="plan"
        many="plans"
        columns={columns}
        fields={fields}
        example="state:proposed"
        idOf={idOf}
        refOf={idOf}
        open={(plan) => link(paths.plan(plan.id))}
        empty={
          <Empty title="No plans yet" action={ask} command="orrery plan create">
            A plan is a list of steps with reasons. It touches nothing until it is approved; a policy in the
            mode <em>auto</em> approves its own.
          </Empty>
        }
      />
      {asking && (
        <ActDialog
          title="Propose a plan"
          operation="planCreate"
          input={{ body: {} }}
          verb="Propose"
          doing="propose a plan"
          changes={[]}
          says="The active policy decides for every pending workload. Nothing changes until you approve the plan on its page."
          onClose={() => setAsking(false)}
          onDone={(plan) => void navigate(paths.plan(plan.id))}
        />
      )}
    </Page>
  )
}
