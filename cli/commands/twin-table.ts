/** How the figures of a reproduced experiment are shown. */
import type { Comparison, Verdict } from '@orrery/core/twin/experiment/compare.ts'
import { publishedColumns } from '@orrery/core/twin/experiment/published.ts'
import type { Reproduced } from '@orrery/core/twin/experiment/reproduce.ts'
import type { Cli } from '../command.ts'
import { plainTable } from '../table.ts'
import type { TimedOutdone } from './twin-own-table.ts'

const measures = [
  ['allocation', 'allocation, % of all GPUs'],
  ['fragmentRatio', 'fragment ratio, % of idle GPUs'],
] as const

export function reproducedJson(
  found: readonly Reproduced[],
  ours: readonly TimedOutdone[],
  seeds: readonly number[],
): unknown {
  return {
    experiment: 'fgd',
    seeds,
    columns: publishedColumns,
    results: found,
    ours,
    reproduced: found.every(
      ({ allocation, fragmentRatio }) =>
        allocation.verdict !== 'differs' && fragmentRatio.verdict !== 'differs',
    ),
  }
}

export function reproducedPrint(cli: Cli, found: readonly Reproduced[], seeds: readonly number[]): void {
  const workloads = [...new Set(found.map(({ workload }) => workload))]
  const compared = found[0]?.allocation.seeds ?? []
  const mean = compared.length === 1 ? `seed ${compared[0]}` : `mean of ${compared.length} seeds`
  const left = seeds.filter((seed) => !compared.includes(seed))
  if (left.length > 0) cli.note(`nothing was published for the seeds ${left.join(', ')}: they are left out`)
  for (const workload of workloads) {
    const here = found.filter((each) => each.workload === workload)
    for (const [measure, title] of measures) {
      cli.print(cli.colors.bold(`${workload}: ${title}, when arrivals asked for so many % of them; ${mean}`))
      cli.io.out.write(
        plainTable(
          [
            'POLICY',
            '',
            ...publishedColumns.map((column) => String(column).padStart(5)),
            'LARGEST DIFF',
            'VERDICT',
          ],
          here.flatMap((each) => rowsOf(cli, each, each[measure])),
          { header: cli.colors.dim, columns: cli.io.out.columns },
        ),
      )
      cli.print('')
    }
  }
  cli.print(summary(found))
}

function rowsOf(cli: Cli, { policy, deterministic }: Reproduced, compared: Comparison): string[][] {
  const { ours, published, difference, tolerance, verdict } = compared
  const number = (value: number | null) => (value === null ? '-' : value.toFixed(2)).padStart(5)
  return [
    [
      policy,
      'ours',
      ...ours.map(number),
      difference === null ? '-' : `${shown(difference)} of ${shown(tolerance)}`,
      painted(cli, verdict, deterministic),
    ],
    ['', 'published', ...published.map(number), '', ''],
  ]
}

/** What lies below the last digit that was published is rounding. */
function shown(difference: number): string {
  return difference === 0 ? '0' : difference < 0.001 ? difference.toExponential(0) : difference.toFixed(2)
}

function painted({ colors }: Cli, verdict: Verdict, deterministic: boolean): string {
  if (verdict === 'differs') return colors.red('differs')
  if (verdict === 'not published') return colors.yellow(verdict)
  return colors.green(deterministic ? 'reproduced' : 'within noise')
}

function summary(found: readonly Reproduced[]): string {
  const comparisons = found.flatMap(({ allocation, fragmentRatio }) => [allocation, fragmentRatio])
  const count = (verdict: Verdict) => comparisons.filter((each) => each.verdict === verdict).length
  const compared = comparisons.length - count('not published')
  if (compared === 0) return 'Nothing was published for these seeds.'
  return count('differs') === 0
    ? `All ${compared} comparisons reproduce what was published.`
    : `${count('differs')} of ${compared} comparisons differ from what was published.`
}
