import { useState } from 'react'
import type { Policy } from '@orrery/api/policy.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Empty } from '../../look/empty.tsx'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable, hiddenWord } from '../../look/small-table.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { CreatePolicy } from './create.tsx'

type Act = { kind: 'create' } | { kind: 'activate' | 'mode' | 'delete'; policy: Policy }

export function PolicyList() {
  const off = useActsOff('admin')
  const found = useCall('policyList', { query: { limit: 1000 } })
  const [act, setAct] = useState<Act | null>(null)
  const policies = found.data?.items ?? []
  const active = policies.find((each) => each.active) ?? null
  const create = (
    <ActButton off={off} variant="filled" onAct={() => setAct({ kind: 'create' })}>
      New policy
    </ActButton>
  )
  return (
    <Page
      title="Policies"
      actions={
        <>
          <CopyAs operation="policyList" input={{}} />
          {create}
        </>
      }
    >
      {found.isError && found.data === undefined ? (
        <Failure error={found.error} doing="list the policies" again={() => void found.refetch()} />
      ) : found.isPending ? (
        <Waiting />
      ) : policies.length === 0 ? (
        <Empty
          title="No policies yet"
          action={create}
          command="orrery policy create --name spread --algorithm worst-fit --active"
        >
          A policy says how a node is chosen for a workload. One is active: the live planner uses it.
        </Empty>
      ) : (
        <Panel title="How nodes are chosen" flush>
          <SmallTable
            label="Policies"
            heads={[
              'Name',
              'In charge',
              'Algorithm',
              'Mode',
              'Weights',
              'Seed',
              'Changed',
              hiddenWord('Actions'),
            ]}
            rows={policies.map((policy) => ({
              key: policy.id,
              cells: [
                <strong key="name">{policy.name}</strong>,
                policy.active ? (
                  <Badge key="active" tone="running" word="active" />
                ) : (
                  <span key="active" className="faint">
                    no
                  </span>
                ),
                policy.algorithm,
                policy.mode === 'auto' ? 'auto: plans are applied at once' : 'approve: a person confirms',
                <span key="weights" className="quiet">
                  {weightWords(policy.weights) || '–'}
                </span>,
                policy.seed,
                <Instant key="changed" at={policy.updatedAt} />,
                <span key="acts" className="row">
                  <ActButton
                    size="compact-xs"
                    off={off ?? (policy.active ? 'It is in charge already.' : null)}
                    onAct={() => setAct({ kind: 'activate', policy })}
                  >
                    Put in charge
                  </ActButton>
                  <ActButton size="compact-xs" off={off} onAct={() => setAct({ kind: 'mode', policy })}>
                    {policy.mode === 'auto' ? 'Ask a person' : 'Apply at once'}
                  </ActButton>
                  <ActButton
                    size="compact-xs"
                    color="red"
                    variant="light"
                    off={off ?? (policy.active ? 'It is in charge. Put another in charge first.' : null)}
                    onAct={() => setAct({ kind: 'delete', policy })}
                  >
                    Delete
                  </ActButton>
                </span>,
              ],
            }))}
          />
        </Panel>
      )}
      {act !== null && <PolicyAct act={act} active={active} onClose={() => setAct(null)} />}
    </Page>
  )
}

function weightWords(weights: Record<string, number>): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ')
}

function PolicyAct({ act, active, onClose }: { act: Act; active: Policy | null; onClose: () => void }) {
  switch (act.kind) {
    case 'create':
      return <CreatePolicy onClose={onClose} />
    case 'activate':
      return (
        <ActDialog
          title={`Put ${act.policy.name} in charge`}
          operation="policyUpdate"
          input={{ ref: act.policy.name, body: { active: true } }}
          verb="Put in charge"
          doing={`put policy ${act.policy.name} in charge`}
          changes={[{ what: 'Policy in charge', before: active?.name ?? 'none', after: act.policy.name }]}
          says="What is placed stays where it is; the next decisions follow this policy."
          onClose={onClose}
        />
      )
    case 'mode': {
      const mode = act.policy.mode === 'auto' ? 'approve' : 'auto'
      return (
        <ActDialog
          title={`Mode of ${act.policy.name}`}
          operation="policyUpdate"
          input={{ ref: act.policy.name, body: { mode } }}
          verb="Change"
          doing={`change policy ${act.policy.name}`}
          changes={[{ what: 'Its plans', before: act.policy.mode, after: mode }]}
          says={mode === 'auto' ? 'Its plans are applied at once.' : 'Each of its plans waits for a person.'}
          onClose={onClose}
        />
      )
    }
    case 'delete':
      return (
        <ActDialog
          title={`Delete ${act.policy.name}`}
          operation="policyDelete"
          input={{ ref: act.policy.name }}
          verb="Delete"
          doing={`delete policy ${act.policy.name}`}
          typeName={act.policy.name}
          changes={[{ what: 'Policy', before: act.policy.algorithm, after: 'gone' }]}
          onClose={onClose}
        />
      )
  }
}
