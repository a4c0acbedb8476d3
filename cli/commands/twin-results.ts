/** Runs of the twin side by side, with what they were of. */
import { resultsCompare } from '@orrery/core/twin/simulation/compare.ts'
import type { SimulationResult } from '@orrery/core/twin/simulation/result.ts'
import type { Cli } from '../command.ts'
import { comparedPrint } from '../compared-print.ts'
import { spanShow } from '../quantity.ts'

/** `time`: what the span is of, as "of the trace’s time". */
export function resultsPrint(
  cli: Cli,
  results: readonly SimulationResult[],
  seeds: readonly number[],
  time: string,
): void {
  const [first] = results
  const mean = seeds.length === 1 ? `seed ${seeds[0]}` : `mean of ${seeds.length} seeds`
  const span = spanShow((first?.horizonSeconds ?? 0) * 1000)
  cli.print(cli.colors.bold(`${first?.arrived ?? 0} tasks in ${span} ${time}; ${mean}`))
  comparedPrint(
    cli,
    resultsCompare(results).map(({ measure: { title, unit }, values }) => ({ title, unit, values })),
  )
}
