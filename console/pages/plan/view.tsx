import { Progress, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Plan } from '@orrery/api/plan.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { type PlanAction, planRefusal } from '../../actions/reason.ts'
import { useAddressAhead, withEntry } from '../../live/address.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { Told } from '../../look/told.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Exact } from '../../state/instant.tsx'
import { planTone } from '../../state/tone.ts'
import { count } from '../../words/quantity.ts'
import { EventsOf } from '../event/of.tsx'
import { NodeDiff } from './node-diff.tsx'
import { Steps } from './steps.tsx'
import './plan.css'

export function PlanView() {
  const ref = useParams()['ref'] ?? ''
  const [search, setSearch] = useAddressAhead()
  const by = search.get('by') === 'node' ? 'node' : 'step'
  const off = useActsOff('operator')
  const [act, setAct] = useState<PlanAction | null>(null)
  const { link } = useHere()
  const found = useCall('planView', { ref })
  const plan = found.data
  const up = (
    <Link className="page-up" to={link(paths.plans())}>
      Plans
    </Link>
  )
  if (plan === undefined) {
    return (
      <Page title="Plan" up={up}>
        {found.isError ? (
          <Failure error={found.error} doing="show the plan" again={() => void found.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  const ended = plan.doneCount + plan.failedCount
  const active = plan.state === 'applying' || plan.state === 'approved'
  return (
    <Page
      title={`Plan of ${count(plan.stepCount, 'step')}`}
      up={up}
      beside={<Badge tone={planTone[plan.state]} word={plan.state} />}
      actions={
        <>
          <CopyAs operation="planView" input={{ ref: plan.id }} />
          {plan.doneCount > 0 && (
            <ActButton off={off ?? planRefusal('rollback', plan.state)} onAct={() => setAct('rollback')}>
              Roll back
            </ActButton>
          )}
          <ActButton off={off ?? planRefusal('refuse', plan.state)} onAct={() => setAct('refuse')}>
            Refuse
          </ActButton>
          <ActButton
            variant="filled"
            off={off ?? planRefusal('approve', plan.state)}
            onAct={() => setAct('approve')}
          >
            Approve
          </ActButton>
        </>
      }
    >
      {/* A step is a wide line: the changes have the whole page, what else there is to say comes below. */}
      <div className="stack-wide">
        {plan.reason !== null && (
          <p className="quiet">
            <Told text={plan.reason} />
          </p>
        )}
        {(active || ended > 0) && (
          <div className="plan-progress">
            <Progress
              value={(ended / Math.max(1, plan.stepCount)) * 100}
              animated={active}
              aria-label={`${ended} of ${plan.stepCount} steps ended`}
            />
            <span className="faint nowrap">
              {plan.doneCount} of {plan.stepCount} done
              {plan.failedCount > 0 ? `, ${plan.failedCount} failed` : ''}
            </span>
          </div>
        )}
        <Panel
          title={by === 'step' ? 'What it changes, step by step' : 'What it changes, node by node'}
          flush
          side={
            <SegmentedControl
              size="xs"
              aria-label="Order of the changes"
              data={[
                { value: 'step', label: 'By step' },
                { value: 'node', label: 'By node' },
              ]}
              value={by}
              onChange={(value) => setSearch(withEntry('by', value))}
            />
          }
        >
          {plan.steps.length === 0 ? (
            <p className="panel-body faint">It changes nothing: no pending workload found a place.</p>
          ) : by === 'step' ? (
            <Steps steps={plan.steps} />
          ) : (
            <NodeDiff plan={plan} />
          )}
        </Panel>
        <div className="columns">
          <EventsOf subjectId={plan.id} />
          <PlanFacts plan={plan} />
        </div>
      </div>
      {act === 'rollback' && <Rollback plan={plan} onClose={() => setAct(null)} />}
      {(act === 'approve' || act === 'refuse') && (
        <Answer plan={plan} act={act} onClose={() => setAct(null)} />
      )}
    </Page>
  )
}

function Rollback({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const navigate = useNavigate()
  return (
    <ActDialog
      title="Roll the plan back"
      operation="planRollback"
      input={{ ref: plan.id, body: {} }}
      verb="Propose the way back"
      doing="propose the way back"
      changes={[
        {
          what: 'Plan',
          before: `${count(plan.doneCount, 'step')} done`,
          after: 'another plan that undoes them',
        },
      ]}
      says="What it moved goes back to its node; what it placed leaves its node, and waits until a person places it. Nothing changes until the new plan is approved."
      onClose={onClose}
      onDone={(back) => void navigate(paths.plan(back.id))}
    />
  )
}

function PlanFacts({ plan }: { plan: Plan }) {
  return (
    <Panel title="What it is">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <Badge tone={planTone[plan.state]} word={plan.state} />
        </dd>
        <dt>Asked by</dt>
        <dd>{plan.origin}</dd>
        <dt>Policy</dt>
        <dd>
          {plan.policyName === null ? (
            <span className="faint">none</span>
          ) : (
            <Link className="link" to={paths.policies()}>
              {plan.policyName}
            </Link>
          )}
        </dd>
        {plan.operationId !== null && (
          <>
            <dt>Operation</dt>
            <dd>
              <Link className="link" to={paths.operation(plan.operationId)}>
                Its progress
              </Link>
            </dd>
          </>
        )}
        <dt>Proposed</dt>
        <dd>
          <Exact at={plan.createdAt} />
        </dd>
        <dt>Decided</dt>
        <dd>
          <Exact at={plan.decidedAt} />
        </dd>
        <dt>Ended</dt>
        <dd>
          <Exact at={plan.endedAt} />
        </dd>
        <dt>Id</dt>
        <dd className="mono">{plan.id}</dd>
      </dl>
    </Panel>
  )
}

function Answer({ plan, act, onClose }: { plan: Plan; act: 'approve' | 'refuse'; onClose: () => void }) {
  const approves = act === 'approve'
  const nodes = new Set(
    plan.steps.flatMap((step) => [step.nodeName, step.fromNodeName]).filter((name) => name !== null),
  )
  const workloads = new Set(plan.steps.map((step) => step.workloadName).filter((name) => name !== null))
  return (
    <ActDialog
      title={approves ? 'Approve the plan' : 'Refuse the plan'}
      operation={approves ? 'planApprove' : 'planRefuse'}
      input={{ ref: plan.id, body: {} }}
      verb={approves ? 'Approve' : 'Refuse'}
      doing={`${act} the plan`}
      changes={[{ what: 'Plan', before: plan.state, after: approves ? 'approved, then applied' : 'refused' }]}
      says={
        approves
          ? `Its ${count(plan.stepCount, 'step')} start at once: ${count(workloads.size, 'workload')} on ${count(nodes.size, 'node')}.`
          : 'Nothing changes. What was pending stays pending until the next plan.'
      }
      onClose={onClose}
    />
  )
}
