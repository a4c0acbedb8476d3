import { useComputedColorScheme } from '@mantine/core'
import { useMemo } from 'react'
import type { Run, RunDetail } from '@orrery/api/run.ts'
import { policyInks } from '../../charts/policy-ink.ts'
import { useKeys } from '../../keys/keys.tsx'
import { useCalls } from '../../live/call.ts'
import { Failure } from '../../look/failure.tsx'
import { Panel } from '../../look/panel.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { RunChanges, TaskWhy } from './changes.tsx'
import type { RunLook } from './choice.ts'
import { Chosen } from './chosen.tsx'
import { Curves } from './curves.tsx'
import { Heat } from './heat.tsx'
import { Measures } from './measures.tsx'
import { Spread } from './spread-panel.tsx'
import { WhyInRun } from './why-dialog.tsx'

type ResultsProps = { run: Run; look: RunLook; onLook: (key: string, value: string) => void }

/** What came of a run: its policies side by side, then one of them in full. */
export function Results({ run, look, onLook }: ResultsProps) {
  const scheme = useComputedColorScheme('light')
  const inks = useMemo(() => policyInks(run.policies, scheme), [run.policies, scheme])
  useKeys([
    { keys: 't', does: 'Charts as tables and back', run: () => onLook('as', look.table ? '' : 'table') },
  ])
  const done = run.policies.filter((policy) =>
    run.results.some((each) => each.policy === policy && each.seed === look.seed),
  )
  const asked = useCalls(
    'runResult',
    done.map((policy) => ({ ref: run.id, query: { policy, seed: look.seed } })),
  )
  const failed = asked.find((each) => each.isError)
  const details = asked.flatMap(({ data }) => (data === undefined ? [] : [data]))
  const of = (policy: string | null): RunDetail[] => details.filter((each) => each.policy === policy)
  const chosen = of(look.policy)[0]
  const table = look.table
  return (
    <>
      <Measures run={run} inks={inks} base={look.base} onBase={(policy) => onLook('base', policy)} />
      {failed?.isError === true && (
        <Failure error={failed.error} doing="read a result" again={() => void failed.refetch()} />
      )}
      {details.length < done.length && failed === undefined ? (
        <Panel title="Over time">
          <Waiting />
        </Panel>
      ) : (
        details.length > 0 && (
          <>
            <Curves runId={run.id} details={details} inks={inks} seed={look.seed} table={table} />
            <Chosen run={run} look={look} onChoose={onLook} />
            {chosen?.nodes.length === 0 && <p className="quiet">There was no node where the run began.</p>}
            <Heat details={[...of(look.policy), ...of(look.beside)]} inks={inks} table={table} />
            <Spread details={details} inks={inks} table={table} />
          </>
        )
      )}
      {chosen !== undefined && run.source.kind === 'scenario' && (
        <TaskWhy detail={chosen} onWhy={(task) => onLook('why', task)} />
      )}
      {chosen !== undefined && run.source.kind !== 'scenario' && (
        <RunChanges runName={run.name} detail={chosen} onWhy={(workload) => onLook('why', workload)} />
      )}
      {look.why !== null && (
        <WhyInRun
          run={run.id}
          policy={look.policy}
          seed={look.seed}
          workload={look.why}
          onClose={() => onLook('why', '')}
        />
      )}
    </>
  )
}
