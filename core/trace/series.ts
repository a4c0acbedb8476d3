/**
 * Recorded usage of one machine, in one of two public layouts, as rows of samples:
 *
 * - `bitbrains`: the columns of the GWA-T-12 archive (Delft University of Technology), separated by `;`.
 * - `ec2`: two columns, `timestamp,value`, of one Amazon CloudWatch metric, as in the Numenta Anomaly Benchmark.
 *
 * A row that is not right is left out and told by its line; so is one whose time is not after the row before it.
 */
import type { BadRow } from '@orrery/api/dataset.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import { type SampleField, sampleFields } from '@orrery/api/sample.ts'
import { bitbrainsIs, bitbrainsParse } from './bitbrains.ts'
import type { TraceFile } from './csv.ts'
import { ec2Is, ec2Parse } from './ec2.ts'

/** `values` are in the order of `sampleFields`; null where the layout does not measure that. */
export type SeriesRow = { atMicros: number; values: (number | null)[] }

export type SeriesParsed = {
  layout: 'bitbrains' | 'ec2'
  fields: SampleField[]
  rows: SeriesRow[]
  badRows: BadRow[]
  notes: string[]
}

export type SeriesOptions = {
  layout?: 'auto' | 'bitbrains' | 'ec2'
  /** ec2: the metric (`cpu_utilization`, `network_in`, …) or a sample field whose unit the values have; else from the file's name */
  field?: string
  /** ec2: cores of the machine that `cpu_utilization` is a percentage of; 1 unless told */
  cpuCores?: number
}

/** Throws `invalid` when the layout or the field is not known; what is wrong with single rows is in `badRows`. */
export function seriesParse(file: TraceFile, options: SeriesOptions = {}): SeriesParsed {
  const layout = options.layout === undefined || options.layout === 'auto' ? layoutOf(file) : options.layout
  const parsed = layout === 'bitbrains' ? bitbrainsParse(file) : ec2Parse(file, options)
  const rows = inOrder(parsed.rows)
  const used = sampleFields.filter((_, index) => rows.kept.some((row) => row.values[index] !== null))
  return {
    layout,
    fields: used,
    rows: rows.kept,
    badRows: [...parsed.badRows, ...rows.faults.map((fault) => ({ file: file.name, ...fault }))].toSorted(
      (a, b) => a.line - b.line,
    ),
    notes: parsed.notes,
  }
}

function layoutOf(file: TraceFile): 'bitbrains' | 'ec2' {
  const header = file.text.slice(0, 4096).split('\n', 1)[0] ?? ''
  if (bitbrainsIs(header)) return 'bitbrains'
  if (ec2Is(header)) return 'ec2'
  throw new OrreryError(
    'invalid',
    `${file.name}: the header is neither that of Bitbrains ("Timestamp [ms];CPU cores;…") nor that of EC2 ("timestamp,value")`,
  )
}

export type SeriesLine = SeriesRow & { line: number }

function inOrder(rows: readonly SeriesLine[]): {
  kept: SeriesRow[]
  faults: { line: number; message: string }[]
} {
  const kept: SeriesRow[] = []
  const faults: { line: number; message: string }[] = []
  let before: SeriesLine | null = null
  for (const row of rows) {
    if (before === null || row.atMicros > before.atMicros) {
      kept.push({ atMicros: row.atMicros, values: row.values })
      before = row
    } else if (row.atMicros === before.atMicros) {
      faults.push({ line: row.line, message: `the time is the same as on line ${before.line}` })
    } else {
      faults.push({ line: row.line, message: `the time is before that of line ${before.line}` })
    }
  }
  return { kept, faults }
}
