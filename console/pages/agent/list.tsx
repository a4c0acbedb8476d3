import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Empty } from '../../look/empty.tsx'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { agentTone } from '../../state/tone.ts'
import { whole } from '../../words/quantity.ts'
import { HaltAgents } from './acts.tsx'
import { CreateAgent } from './create.tsx'
import { modeWords, wayWords } from './words.ts'

export function AgentList() {
  const off = useActsOff('admin')
  const haltOff = useActsOff('operator')
  const navigate = useNavigate()
  const [act, setAct] = useState<'create' | 'halt' | null>(null)
  const found = useCall('agentList', { query: { limit: 1000, sort: 'name' } }, { everyMs: 5000 })
  const agents = found.data?.items ?? []
  const create = (
    <ActButton off={off} variant="filled" onAct={() => setAct('create')}>
      New agent
    </ActButton>
  )
  return (
    <Page
      title="Agents"
      actions={
        <>
          <CopyAs operation="agentList" input={{}} />
          {agents.length > 0 && (
            <ActButton
              color="red"
              variant="light"
              off={haltOff ?? (agents.some((agent) => agent.enabled) ? null : 'All of them are off.')}
              onAct={() => setAct('halt')}
            >
              Turn all off
            </ActButton>
          )}
          {create}
        </>
      }
    >
      {found.isError && found.data === undefined ? (
        <Failure error={found.error} doing="list the agents" again={() => void found.refetch()} />
      ) : found.isPending ? (
        <Waiting />
      ) : agents.length === 0 ? (
        <Empty title="No agents yet" action={create} command="orrery agent create otto --mode shadow">
          An agent decides where a workload that waits is placed, behind guard rails: in the mode shadow its
          answers are only recorded, beside what the active policy does; in the mode approve a person confirms
          each; in the mode act they are carried out.
        </Empty>
      ) : (
        <Panel title="Who decides beside the policy" flush>
          <SmallTable
            label="Agents"
            heads={['Name', 'State', 'Mode', 'Heard', 'Last heard', 'Turns', 'Refused']}
            numeric={[5, 6]}
            rows={agents.map((agent) => ({
              key: agent.id,
              cells: [
                <Link key="name" to={paths.agent(refOf(agent))}>
                  <strong>{agent.name}</strong>
                </Link>,
                <Badge
                  key="state"
                  tone={agentTone[agent.state]}
                  word={agent.state}
                  title={agent.fencedReason}
                />,
                <span key="mode" title={modeWords[agent.mode]}>
                  {agent.mode}
                </span>,
                <span key="way" className="quiet">
                  {wayWords(agent)}
                </span>,
                <Instant key="seen" at={agent.seenAt} />,
                whole(agent.turnCount),
                whole(agent.refusedCount),
              ],
            }))}
          />
        </Panel>
      )}
      {act === 'create' && (
        <CreateAgent
          onClose={() => setAct(null)}
          onDone={(agent) => void navigate(paths.agent(refOf(agent)))}
        />
      )}
      {act === 'halt' && <HaltAgents agents={agents} onClose={() => setAct(null)} />}
    </Page>
  )
}
