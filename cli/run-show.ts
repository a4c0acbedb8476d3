/** A run of the twin on one screen: what it started from, and its policies side by side. */
import type { Run, RunDetail } from '@orrery/api/run.ts'
import { durationShow } from '@orrery/core/quantity.ts'
import { cellShow, tint } from './cell.ts'
import type { Cli } from './command.ts'
import { comparedPrint } from './compared-print.ts'
import { numberShow } from './quantity.ts'
import { plainTable } from './table.ts'
import { kebab } from './words.ts'

export function runShow(cli: Cli, run: Run): void {
  const { bold } = cli.colors
  const line = (name: string, value: string) => cli.print(`${bold(name.padEnd(9))}  ${value}`)
  line('run', `${run.name}, ${tint(run.state, cli.colors)}${run.error === null ? '' : `: ${run.error}`}`)
  line('from', `${sourceShow(run)}${run.anew ? ', all work placed anew' : ''}${optimiseShow(run.optimise)}`)
  const isScenario = run.source.kind === 'scenario'
  if (isScenario && run.nodeCount !== null) {
    const tasks = run.workloadCount === null ? '' : `, ${numberShow(run.workloadCount)} tasks`
    line('inventory', `${numberShow(run.nodeCount)} nodes${tasks}`)
  } else if (run.nodeCount !== null && run.workloadCount !== null) {
    line(
      'inventory',
      `${numberShow(run.nodeCount)} nodes, ${numberShow(run.workloadCount)} workloads that stand or wait`,
    )
  }
  line('seeds', run.seeds.join(', '))
  if (run.measures.length === 0) return
  cli.print('')
  const policies = run.measures[0]?.values.map(({ policy }) => policy) ?? []
  const changes = policies.map((policy) => {
    const counts = run.results.filter((each) => each.policy === policy).map(({ changeCount }) => changeCount)
    return numberShow(counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length), 1)
  })
  comparedPrint(cli, run.measures, isScenario ? [] : [['stand elsewhere than before', 'tasks', ...changes]])
}

/** One result: its figures, and who stands elsewhere at the end. Its curves are for `--json`. */
export function runResultShow(cli: Cli, result: RunDetail): void {
  const { bold } = cli.colors
  cli.print(`${bold(result.policy)}, seed ${result.seed}, simulated in ${numberShow(result.tookMs, 1)} ms`)
  const figures = Object.entries(result.figures).filter(([, value]) => value !== null)
  for (const [name, value] of figures) cli.print(`  ${kebab(name).padEnd(20)} ${numberShow(value ?? 0, 2)}`)
  // Of a scenario, in which nothing stood before.
  const isScenario = result.nodes.some(({ id }) => id === null)
  const changed = isScenario ? '' : `${numberShow(result.changeCount)} stand elsewhere than before, `
  cli.print(`\n${changed}${numberShow(result.waitingCount)} wait\n`)
  if (result.changes.length === 0) return
  cli.io.out.write(
    plainTable(
      ['WORKLOAD', 'FROM', 'TO'],
      result.changes.map((change) => [
        change.workloadName ?? change.workloadId,
        change.fromNodeName ?? '-',
        change.nodeName ?? '-',
      ]),
      { header: cli.colors.dim, columns: cli.io.out.columns },
    ),
  )
}

const optimiseWords = { consolidate: 'consolidated', balance: 'balanced', evacuate: 'nodes emptied' }

function optimiseShow(optimise: Run['optimise']): string {
  if (optimise === null) return ''
  const { aim, everySeconds } = optimise
  const again = everySeconds === undefined ? '' : ` and every ${durationShow(everySeconds)}`
  return `, ${optimiseWords[aim]} first${again}`
}

function sourceShow({ source, forkedAt }: Run): string {
  switch (source.kind) {
    case 'live':
      return forkedAt === null ? 'the present' : `the inventory of ${cellShow(forkedAt, 'at')}`
    case 'instant':
      return `the inventory of ${cellShow(source.at, 'at')}`
    case 'window':
      return `what was recorded from ${cellShow(source.since, 'at')} to ${cellShow(source.until, 'at')}`
    case 'scenario':
      return `the scenario '${source.name}'`
  }
}
