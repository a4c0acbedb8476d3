import { useNavigate } from 'react-router'
import type { Run } from '@orrery/api/run.ts'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { paths } from '../../paths.ts'
import { count } from '../../words/quantity.ts'

export type RunActName = 'plan' | 'cancel' | 'delete'
type RunActProps = { act: RunActName; run: Run; policy: string; seed: number; onClose: () => void }

export function RunAct({ act, run, policy, seed, onClose }: RunActProps) {
  const navigate = useNavigate()
  const result = run.results.find((each) => each.policy === policy && each.seed === seed)
  switch (act) {
    case 'plan':
      return (
        <ActDialog
          title="Make this a plan"
          operation="runPlan"
          input={{ ref: run.id, body: { policy, seed } }}
          verb="Propose the plan"
          doing={`make ${run.name} a plan`}
          changes={[
            {
              what: 'Plan',
              before: 'none',
              after: `up to ${count(result?.changeCount ?? 0, 'step')}, proposed`,
            },
          ]}
          says={`The end of the run under ${policy}, seed ${seed}, in an order in which there is room. Nothing live changes until the plan is approved on its page.`}
          onClose={onClose}
          onDone={(plan) => void navigate(paths.plan(plan.id))}
        />
      )
    case 'cancel':
      return (
        <ActDialog
          title={`Cancel ${run.name}`}
          operation="operationCancel"
          input={{ ref: run.operationId, body: {} }}
          verb="Ask it to stop"
          danger
          doing={`cancel run ${run.name}`}
          changes={[{ what: 'Run', before: run.state, after: 'cancelled' }]}
          says={`${run.results.length} of ${count(run.policies.length * run.seeds.length, 'result')} are there, and stay.`}
          onClose={onClose}
        />
      )
    case 'delete':
      return (
        <ActDialog
          title={`Delete ${run.name}`}
          operation="runDelete"
          input={{ ref: run.id }}
          verb="Delete"
          doing={`delete run ${run.name}`}
          typeName={run.name}
          changes={[{ what: 'Run', before: count(run.results.length, 'result'), after: 'gone' }]}
          says="Plans that were made of it stay."
          onClose={onClose}
          onDone={() => void navigate(paths.runs())}
        />
      )
  }
}
