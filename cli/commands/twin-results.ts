/** Runs of the twin side by side: a row for each measure, a column for each policy, the best of a row with a star. */
import { type Measure, resultsCompare } from '@orrery/core/twin/simulation/compare.ts'
import type { SimulationResult } from '@orrery/core/twin/simulation/result.ts'
import type { Cli } from '../command.ts'
import { numberShow, spanShow } from '../quantity.ts'
import { plainTable } from '../table.ts'

/** `time`: what the span is of, as "of the trace’s time". */
export function resultsPrint(
  cli: Cli,
  results: readonly SimulationResult[],
  seeds: readonly number[],
  time: string,
): void {
  const compared = resultsCompare(results)
  const names = compared[0]?.values.map(({ policy }) => policy) ?? []
  const [first] = results
  const mean = seeds.length === 1 ? `seed ${seeds[0]}` : `mean of ${seeds.length} seeds`
  const span = spanShow((first?.horizonSeconds ?? 0) * 1000)
  cli.print(cli.colors.bold(`${first?.arrived ?? 0} tasks in ${span} ${time}; ${mean}`))
  cli.io.out.write(
    plainTable(
      ['MEASURE', 'UNIT', ...names.map((name) => name.toUpperCase())],
      compared.map(({ measure, values }) => [
        measure.title,
        measure.unit === 'seconds' ? 'time' : measure.unit,
        ...values.map(({ mean: value, isBest }) => {
          const text = valueShow(value, measure.unit)
          return isBest ? cli.colors.green(`${text} *`) : text
        }),
      ]),
      { header: cli.colors.dim, columns: cli.io.out.columns },
    ),
  )
}

function valueShow(value: number | null, unit: Measure['unit']): string {
  if (value === null) return '-'
  if (unit === 'seconds') return spanShow(value * 1000)
  return unit === '%' ? value.toFixed(2) : numberShow(value, unit === 'tasks' ? 1 : 3)
}
