/** The published figures of the placement experiment, as files of comma-separated values. */
import { OrreryError } from '@orrery/api/errors.ts'
import { type TraceFile, columnIndexes, csvRows } from '../../trace/csv.ts'
import type { ExperimentColumns } from './columns.ts'

/** The columns that figures are shown and compared at: percent of the GPUs that arrivals asked for. */
export const publishedColumns = [50, 80, 90, 100, 110, 120, 130] as const

/** The policies of the experiment by our names. */
const publishedPolicies: Readonly<Record<string, string>> = {
  random: '01-Random',
  'dot-product': '02-DotProd',
  'gpu-clustering': '03-GpuClustering',
  'gpu-packing': '04-GpuPacking',
  'best-fit': '05-BestFit',
  fgd: '06-FGD',
}

/** The published policies, the best first. */
export const reproduciblePolicies: readonly string[] = Object.keys(publishedPolicies).toReversed()

export type Measure = keyof ExperimentColumns

/** A published figure, or undefined where nothing was published. `workload` and `policy` are our names. */
export type Published = (
  measure: Measure,
  what: { workload: string; policy: string; seed: number; column: number },
) => number | undefined

const wanted = ['workload', 'policy', 'seed', 'column', 'value'] as const

export function publishedRead(allocation: TraceFile, fragmentRatio: TraceFile): Published {
  const figures = { allocation: figuresRead(allocation), fragmentRatio: figuresRead(fragmentRatio) }
  return (measure, { workload, policy, seed, column }) =>
    figures[measure].get(
      keyOf(`openb_pod_list_${workload}`, publishedPolicies[policy] ?? '', String(seed), String(column)),
    )
}

function figuresRead(file: TraceFile): Map<string, number> {
  const [header, ...rows] = csvRows(file, ',').rows
  const at = columnIndexes(header?.fields ?? [], wanted)
  const missing = wanted.filter((name) => at[name] < 0)
  if (missing.length > 0) {
    throw new OrreryError('invalid', `${file.name}:1: the header lacks ${missing.join(', ')}`)
  }
  return new Map(
    rows.map(({ line, fields }) => {
      const text = (fields[at.value] ?? '').trim()
      if (text === '' || !Number.isFinite(Number(text))) {
        throw new OrreryError('invalid', `${file.name}:${line}: value: "${text}" is not a number`)
      }
      const field = (name: (typeof wanted)[number]) => (fields[at[name]] ?? '').trim()
      return [keyOf(field('workload'), field('policy'), field('seed'), field('column')), Number(text)]
    }),
  )
}

function keyOf(...parts: readonly string[]): string {
  return parts.join(' ')
}
