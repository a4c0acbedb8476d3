import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Run } from '@orrery/api/run.ts'
import { usePreferences } from '../../live/preferences.ts'
import { Panel } from '../../look/panel.tsx'
import { paths } from '../../paths.ts'
import { Exact, Instant } from '../../state/instant.tsx'
import { whole } from '../../words/quantity.ts'
import { span } from '../../words/time.ts'
import { sourceWords } from './words.ts'

/** What a run is: where it began, how long it goes, who asked. */
export function RunFacts({ run }: { run: Run }) {
  const { zone } = usePreferences()
  const none = <span className="faint">not yet</span>
  const tookMs = run.results.reduce((sum, { tookMs: each }) => sum + each, 0)
  const isScenario = run.source.kind === 'scenario'
  const begun = run.nodeCount !== null
  const forked: [string, ReactNode][] = [
    ['Forked at', run.forkedAt === null ? none : <Exact key="at" at={run.forkedAt} />],
  ]
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['From', sourceWords(run.source, zone)],
    ...(isScenario ? [] : forked),
    ['Nodes', run.nodeCount === null ? none : whole(run.nodeCount)],
    [
      isScenario ? 'Tasks' : 'Workloads',
      run.workloadCount === null ? (begun ? 'come at random' : none) : whole(run.workloadCount),
    ],
    ['Horizon', run.horizonSeconds === 0 ? none : span(run.horizonSeconds)],
    ['Without room', run.unplaced === 'wait' ? 'work waits' : 'work is turned away'],
    ...(isScenario ? [] : [['Placed anew', run.anew ? 'yes, all of it' : 'no'] as const]),
    ['Seeds', seedWords(run.seeds)],
    ['Simulated in', run.results.length === 0 ? none : `${whole(tookMs)} ms`],
    ['By', run.actorName ?? 'the system'],
    ['Asked', <Instant key="asked" at={run.createdAt} />],
    [
      'Operation',
      <Link key="operation" className="link" to={paths.operation(run.operationId)}>
        Its progress
      </Link>,
    ],
  ]
  return (
    <Panel title="What it is">
      <dl className="run-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

function seedWords(seeds: readonly number[]): string {
  return seeds.length <= 6 ? seeds.join(', ') : `${seeds.slice(0, 5).join(', ')} and ${seeds.length - 5} more`
}
