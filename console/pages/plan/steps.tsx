import { Link } from 'react-router'
import type { PlanStep } from '@orrery/api/plan.ts'
import { useHere } from '../../live/here.ts'
import { SmallTable, hiddenWord } from '../../look/small-table.tsx'
import { paths } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { stepTone } from '../../state/tone.ts'
import { WhyButton } from '../../why/why-button.tsx'

/** Each step as a diff: where the workload is, and where it will be. */
export function Steps({ steps }: { steps: readonly PlanStep[] }) {
  const ordered = steps.some((step) => step.after.length > 0)
  return (
    <SmallTable
      label="Steps"
      heads={[
        '#',
        'Step',
        'Workload',
        'From',
        'To',
        'State',
        ...(ordered ? ['After'] : []),
        hiddenWord('Decision'),
        'Reason',
      ]}
      numeric={[0]}
      rows={steps.map((step) => ({
        key: step.id,
        cells: [
          step.ordinal,
          step.kind,
          <Named key="workload" name={step.workloadName} path={paths.workload} />,
          <span key="from" className="diff-before">
            <Named name={step.fromNodeName} path={paths.node} />
          </span>,
          <span key="to" className="diff-after">
            {step.kind === 'unbind' || step.kind === 'stop' ? (
              <span className="faint">none</span>
            ) : (
              <Named name={step.nodeName} path={paths.node} />
            )}
          </span>,
          <Badge key="state" tone={stepTone[step.state]} word={step.state} title={step.error} />,
          ...(ordered
            ? [
                <span key="after" className="faint">
                  {step.after.join(', ')}
                </span>,
              ]
            : []),
          step.workloadName !== null && step.decisionId !== null ? (
            <WhyButton key="button" workload={step.workloadName} decisionId={step.decisionId} />
          ) : null,
          <span key="why" className="quiet step-why" title={step.reason ?? ''}>
            {step.error ?? step.reason ?? ''}
          </span>,
        ],
      }))}
    />
  )
}

function Named({ name, path }: { name: string | null; path: (ref: string) => string }) {
  const { link } = useHere()
  return name === null ? <span className="faint">none</span> : <Link to={link(path(name))}>{name}</Link>
}
