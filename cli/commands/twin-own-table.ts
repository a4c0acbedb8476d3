/** How a policy of ours is shown beside the best published one. */
import { type Outdone, rivalPolicy, timesRivalMax } from '@orrery/core/twin/experiment/outdo.ts'
import { publishedColumns } from '@orrery/core/twin/experiment/published.ts'
import type { Cli } from '../command.ts'
import { plainTable } from '../table.ts'

/** `timesRival`: its time a run as a multiple of the rival's, the medians of the same command. */
export type TimedOutdone = Outdone & { timesRival: number }

export function outdonePrint(cli: Cli, found: readonly TimedOutdone[]): void {
  for (const policy of new Set(found.map((each) => each.policy))) {
    const here = found.filter((each) => each.policy === policy)
    const seeds = here[0]?.seeds ?? []
    const mean = seeds.length === 1 ? `seed ${seeds[0]}` : `mean of ${seeds.length} seeds`
    cli.print(
      cli.colors.bold(
        `${policy} beside ${rivalPolicy}: allocation, % of all GPUs, when arrivals asked for so many % of them; ${mean}`,
      ),
    )
    cli.io.out.write(
      plainTable(
        [
          'WORKLOAD',
          '',
          ...publishedColumns.map((column) => String(column).padStart(5)),
          'DIFF',
          'BETTER SEEDS',
          'TIME',
          'VERDICT',
        ],
        here.flatMap((each) => rowsOf(cli, each)),
        { header: cli.colors.dim, columns: cli.io.out.columns },
      ),
    )
    cli.print('')
    cli.print(summary(policy, here))
  }
}

function rowsOf(cli: Cli, each: TimedOutdone): string[][] {
  const { workload, policy, seeds, ours, theirs, isPublished, difference, seedsBetter, timesRival, verdict } =
    each
  const number = (value: number) => value.toFixed(2).padStart(5)
  const paint =
    verdict === 'better' ? cli.colors.green : verdict === 'worse' ? cli.colors.red : cli.colors.yellow
  return [
    [
      workload,
      policy,
      ...ours.map(number),
      `${difference > 0 ? '+' : ''}${difference.toFixed(2)}`,
      `${seedsBetter} of ${seeds.length}`,
      `${timesRival.toFixed(2)}x`,
      paint(verdict),
    ],
    ['', `${rivalPolicy}, ${isPublished ? 'published' : 'run here'}`, ...theirs.map(number), '', '', '', ''],
  ]
}

function summary(policy: string, found: readonly TimedOutdone[]): string {
  const slowest = Math.max(...found.map(({ timesRival }) => timesRival))
  const time = `it takes ${slowest.toFixed(2)} times the time of ${rivalPolicy} at most, of ${timesRivalMax} allowed${slowest > timesRivalMax ? ': MORE THAN ALLOWED' : ''}`
  const better = found.filter(({ verdict }) => verdict === 'better').length
  const many = found.length === 1 ? 'the workload' : `${better} of ${found.length} workloads`
  return `${policy} allocates more than ${rivalPolicy} on ${better === 0 ? 'none' : many}; ${time}.`
}
