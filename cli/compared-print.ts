/** Policies side by side: a row for each measure, a column for each policy, the best of a row with a star. */
import type { Cli } from './command.ts'
import { numberShow, spanShow } from './quantity.ts'
import { plainTable } from './table.ts'

export type ComparedRow = {
  title: string
  unit: string
  values: readonly { policy: string; mean: number | null; isBest: boolean }[]
}

/** `more`: further rows, cell by cell. */
export function comparedPrint(
  cli: Cli,
  compared: readonly ComparedRow[],
  more: readonly (readonly string[])[] = [],
): void {
  const policies = compared[0]?.values.map(({ policy }) => policy) ?? []
  const rows = compared.map(({ title, unit, values }) => [
    title,
    unit === 'seconds' ? 'time' : unit,
    ...values.map(({ mean, isBest }) => {
      const text = valueShow(mean, unit)
      return isBest ? cli.colors.green(`${text} *`) : text
    }),
  ])
  cli.io.out.write(
    plainTable(
      ['MEASURE', 'UNIT', ...policies.map((policy) => policy.toUpperCase())],
      [...rows, ...more.map((row) => [...row])],
      { header: cli.colors.dim, columns: cli.io.out.columns },
    ),
  )
}

function valueShow(value: number | null, unit: string): string {
  if (value === null) return '-'
  if (unit === 'seconds') return spanShow(value * 1000)
  return unit === '%' ? value.toFixed(2) : numberShow(value, unit === 'tasks' ? 1 : 3)
}
