import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Agent } from '@orrery/api/agent.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Exact, Instant } from '../../state/instant.tsx'
import { agentTone } from '../../state/tone.ts'
import { whole } from '../../words/quantity.ts'
import { EventsOf } from '../event/of.tsx'
import { AgentAct, type AgentActName } from './acts.tsx'
import { railFacts } from './rails.ts'
import { Turns } from './turns.tsx'
import { agreementWords, modeWords, wayWords } from './words.ts'

const turnsShown = 100
const everyMs = 3000

export function AgentView() {
  const ref = useParams()['ref'] ?? ''
  const navigate = useNavigate()
  const [act, setAct] = useState<AgentActName | null>(null)
  const found = useCall('agentView', { ref }, { everyMs })
  const agent = found.data
  const up = (
    <Link className="page-up" to={paths.agents()}>
      Agents
    </Link>
  )
  if (agent === undefined) {
    return (
      <Page title={ref} up={up}>
        {found.isError ? (
          <Failure error={found.error} doing={`show agent ${ref}`} again={() => void found.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  return (
    <Page
      title={agent.name}
      up={up}
      beside={<Badge tone={agentTone[agent.state]} word={agent.state} title={agent.fencedReason} />}
      actions={<Acts agent={agent} onAct={setAct} />}
    >
      <div className="columns">
        <div className="stack-wide">
          <AgentTurns agent={agent} />
        </div>
        <div className="stack-wide">
          <Facts agent={agent} />
          <Panel title="Guard rails">
            <dl className="facts">
              {railFacts(agent.rails).flatMap(({ what, says }) => [
                <dt key={what}>{what}</dt>,
                <dd key={`${what} says`}>{says}</dd>,
              ])}
            </dl>
          </Panel>
          <EventsOf subjectId={agent.id} />
        </div>
      </div>
      {act !== null && (
        <AgentAct
          act={act}
          agent={agent}
          onClose={() => setAct(null)}
          onGone={() => void navigate(paths.agents())}
        />
      )}
    </Page>
  )
}

function Acts({ agent, onAct }: { agent: Agent; onAct: (act: AgentActName) => void }) {
  const off = useActsOff('admin')
  const isIn = agent.enabled && agent.state !== 'fenced'
  return (
    <>
      <CopyAs operation="agentView" input={{ ref: refOf(agent) }} />
      <ActButton off={off} onAct={() => onAct('change')}>
        Change
      </ActButton>
      {isIn ? (
        <ActButton off={off} color="red" variant="light" onAct={() => onAct('off')}>
          Turn off
        </ActButton>
      ) : (
        <ActButton off={off} onAct={() => onAct('on')}>
          {agent.state === 'fenced' ? 'Let in again' : 'Turn on'}
        </ActButton>
      )}
      <ActButton off={off} color="red" variant="light" onAct={() => onAct('delete')}>
        Delete
      </ActButton>
    </>
  )
}

function AgentTurns({ agent }: { agent: Agent }) {
  const input = { ref: refOf(agent), query: { limit: turnsShown } }
  const found = useCall('agentTurns', input, { everyMs })
  const turns = found.data?.items ?? []
  return (
    <Panel
      title={found.data?.next == null ? 'Turns' : `The latest ${turnsShown} turns`}
      side={<CopyAs operation="agentTurns" input={input} />}
      flush
    >
      {found.isError && found.data === undefined ? (
        <Failure error={found.error} doing="read its turns" again={() => void found.refetch()} />
      ) : found.isPending ? (
        <Waiting />
      ) : turns.length === 0 ? (
        <p className="panel-body faint">It was not asked anything yet.</p>
      ) : (
        <>
          <p className="panel-body quiet">{agreementWords(turns)}</p>
          <Turns turns={turns} />
        </>
      )}
    </Panel>
  )
}

function Facts({ agent }: { agent: Agent }) {
  return (
    <Panel title="What it is">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <Badge tone={agentTone[agent.state]} word={agent.state} />
          {agent.fencedAt !== null && (
            <>
              {' '}
              for <Instant at={agent.fencedAt} age />
            </>
          )}
          {agent.fencedReason !== null && <div className="quiet">{agent.fencedReason}</div>}
        </dd>
        <dt>Mode</dt>
        <dd>
          {agent.mode}: {modeWords[agent.mode]}
        </dd>
        <dt>Heard</dt>
        <dd>{wayWords(agent)}</dd>
        <dt>Last heard</dt>
        <dd>
          <Instant at={agent.seenAt} />
        </dd>
        <dt>Turns</dt>
        <dd>
          {whole(agent.turnCount)}, {whole(agent.refusedCount)} of them refused
        </dd>
        <dt>Created</dt>
        <dd>
          <Exact at={agent.createdAt} />
        </dd>
      </dl>
    </Panel>
  )
}
