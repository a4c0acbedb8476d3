/** Why a workload is where it is, or why it waits: one decision in words, counts and scores. */
import { Link } from 'react-router'
import type { RunDecision } from '@orrery/api/run.ts'
import { useHere } from '../live/here.ts'
import { paths } from '../paths.ts'
import { Badge } from '../state/badge.tsx'
import { Instant } from '../state/instant.tsx'
import { count, figures, whole } from '../words/quantity.ts'
import { nextSteps } from './next.ts'
import './why.css'

/** A live decision, or one of a scenario, whose tasks and nodes have no ids. */
type ShownDecision = Omit<RunDecision, 'atSeconds'>
type Candidate = NonNullable<RunDecision['chosen']>

/** `simulated`: of a run of the twin, whose decisions have no instant and whose waiting ends with it. */
export function Why({ decision, simulated = false }: { decision: ShownDecision; simulated?: boolean }) {
  const { link } = useHere()
  const placed = decision.outcome === 'placed'
  const steps = simulated ? [] : nextSteps(decision)
  return (
    <div className="why">
      <p className="why-sentence">
        <Badge tone={placed ? 'running' : 'pending'} word={decision.outcome} /> {decision.message}
      </p>
      <p className="faint">
        {simulated ? 'Decided' : <Instant at={decision.at} />} by the policy {decision.policyName} (
        {decision.algorithm})
        {decision.planId !== null && (
          <>
            , in a{' '}
            <Link className="link" to={link(paths.plan(decision.planId))}>
              plan
            </Link>
          </>
        )}
      </p>
      <ol className="why-funnel" aria-label="Filters">
        <li>
          <span>Looked at</span>
          <strong>{count(decision.considered, 'node')}</strong>
        </li>
        {decision.filters
          .filter((each) => each.removed > 0)
          .map((each) => (
            <li key={each.filter} title={each.filter}>
              <span>{each.message === '' ? each.filter : each.message}</span>
              <span className="why-removed">−{whole(each.removed)}</span>
              <span className="why-bar" aria-hidden="true">
                <span style={{ width: `${(each.removed / Math.max(1, decision.considered)) * 100}%` }} />
              </span>
            </li>
          ))}
        <li>
          <span>Could take it</span>
          <strong>{count(decision.feasible, 'node')}</strong>
        </li>
      </ol>
      {decision.chosen !== null && (
        <Scores chosen={decision.chosen} runnerUp={decision.runnerUp} link={link} />
      )}
      {steps.length > 0 && (
        <div>
          <div className="faint">What to do next</div>
          <ul className="why-next">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

type ScoresProps = { chosen: Candidate; runnerUp: Candidate | null; link: (path: string) => string }

function Scores({ chosen, runnerUp, link }: ScoresProps) {
  const names = [...new Set([...Object.keys(chosen.scores), ...Object.keys(runnerUp?.scores ?? {})])]
  const value = (candidate: Candidate | null, name: string) => {
    const score = candidate?.scores[name]
    return score === undefined ? '–' : signed(score)
  }
  return (
    <table className="why-scores">
      <thead>
        <tr>
          <th scope="col">Score (higher wins)</th>
          <th scope="col">
            <NodeName of={chosen} link={link} />
            <span className="faint"> chosen</span>
          </th>
          <th scope="col">
            {runnerUp === null ? (
              <span className="faint">no runner-up</span>
            ) : (
              <>
                <NodeName of={runnerUp} link={link} />
                <span className="faint"> runner-up</span>
              </>
            )}
          </th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value(chosen, name)}</td>
            <td>{value(runnerUp, name)}</td>
          </tr>
        ))}
        <tr className="why-total">
          <th scope="row">Total</th>
          <td>{signed(chosen.total)}</td>
          <td>{runnerUp === null ? '–' : signed(runnerUp.total)}</td>
        </tr>
      </tbody>
    </table>
  )
}

function NodeName({ of, link }: { of: Candidate; link: (path: string) => string }) {
  if (of.nodeId === null) return <>{of.nodeName}</>
  return (
    <Link className="link" to={link(paths.node(of.nodeName))}>
      {of.nodeName}
    </Link>
  )
}

function signed(value: number): string {
  return value < 0 ? `−${figures(-value)}` : figures(value)
}
