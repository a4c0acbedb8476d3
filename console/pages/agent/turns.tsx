import { Link } from 'react-router'
import type { AgentTurn } from '@orrery/api/agent.ts'
import { SmallTable } from '../../look/small-table.tsx'
import { Told } from '../../look/told.tsx'
import { paths } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { turnTone } from '../../state/tone.ts'
import './agent.css'

/** The audit trail: what it was asked, what it answered beside what the active policy would have, and what became of it. */
export function Turns({ turns }: { turns: readonly AgentTurn[] }) {
  return (
    <SmallTable
      label="Turns"
      heads={['When', 'Workload', 'Its answer', 'What came of it']}
      rows={turns.map((turn) => ({
        key: turn.id,
        cells: [
          <Instant key="when" at={turn.at} />,
          <Link key="workload" to={paths.workload(turn.workloadName)}>
            {turn.workloadName}
          </Link>,
          <Answer key="answer" turn={turn} />,
          <Outcome key="outcome" turn={turn} />,
        ],
      }))}
    />
  )
}

/** Its answer, and under it what the active policy would have said where that is another. */
function Answer({ turn }: { turn: AgentTurn }) {
  const without = turn.outcome === 'open' ? 'asked' : turn.answeredAt === null ? 'none' : 'wait'
  const { nodeName, policyNodeName } = turn
  return (
    <div>
      {nodeName === null ? <span className="faint">{without}</span> : <NodeLink name={nodeName} />}
      {policyNodeName !== null && policyNodeName !== nodeName && (
        <div className="faint">
          the policy: <NodeLink name={policyNodeName} />
        </div>
      )}
    </div>
  )
}

function Outcome({ turn: { outcome, rail, planId, reason } }: { turn: AgentTurn }) {
  return (
    <div className="turn-outcome">
      <span className="row">
        <Badge tone={turnTone[outcome]} word={rail === null ? outcome : `${outcome}: ${rail}`} />
        {planId !== null && (
          <Link className="link" to={paths.plan(planId)}>
            plan
          </Link>
        )}
      </span>
      {reason !== null && (
        <div className="quiet">
          <Told text={reason} />
        </div>
      )}
    </div>
  )
}

function NodeLink({ name }: { name: string }) {
  return <Link to={paths.node(name)}>{name}</Link>
}
