import { Button, Collapse } from '@mantine/core'
import { useState } from 'react'
import type { Workload } from '@orrery/api/workload.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { Panel } from '../../look/panel.tsx'
import { count } from '../../words/quantity.ts'
import { Why } from '../../why/why.tsx'

/** The decision that counts now (or counted then), and those before it. */
export function WorkloadWhy({ workload }: { workload: Workload }) {
  const { at } = useHere()
  const [open, setOpen] = useState(false)
  const found = useCall('workloadDecisions', { ref: workload.id, query: { limit: 20 } })
  const decisions = (found.data?.items ?? []).filter(
    (each) => at === null || Date.parse(each.at) <= Date.parse(at),
  )
  const [latest, ...before] = decisions
  const title = workload.nodeName === null ? 'Why pending' : 'Why here'
  return (
    <Panel title={title}>
      {found.isError && found.data === undefined ? (
        <Failure error={found.error} doing="read its decisions" again={() => void found.refetch()} />
      ) : latest === undefined ? (
        <p className="faint">
          {found.isPending
            ? ''
            : (workload.reason ?? 'No planner decided about it: a person or a provider put it where it is.')}
        </p>
      ) : (
        <div className="stack">
          <Why decision={latest} />
          {before.length > 0 && (
            <div>
              <Button size="compact-xs" aria-expanded={open} onClick={() => setOpen(!open)}>
                {open ? 'Hide' : 'Show'} {count(before.length, 'decision')} before it
              </Button>
              <Collapse expanded={open}>
                <div className="stack why-before">
                  {before.map((decision) => (
                    <Why key={decision.id} decision={decision} />
                  ))}
                </div>
              </Collapse>
            </div>
          )}
        </div>
      )}
    </Panel>
  )
}
