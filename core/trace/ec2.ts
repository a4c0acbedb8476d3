/**
 * The layout of Amazon CloudWatch metrics in the Numenta Anomaly Benchmark: `timestamp,value`, one metric per file,
 * times without a zone, which are taken as UTC. CloudWatch gives byte counters as bytes in each period (its guide:
 * divide by 300 for bytes per second with five-minute monitoring); the period is the usual step between rows.
 * `cpu_utilization` is a percentage of all cores of the machine, whose number the file does not tell.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { type SampleField, sampleFields } from '@orrery/api/sample.ts'
import { valuesOf } from './bitbrains.ts'
import { type TraceFile, csvRows } from './csv.ts'
import { RowFault, numberField } from './field.ts'
import type { SeriesLine, SeriesOptions, SeriesParsed } from './series.ts'

type Meaning = { field: SampleField; unit: 'percent' | 'bytes in each period' | 'as is' }

const metrics: Record<string, Meaning> = {
  cpu_utilization: { field: 'cpuCores', unit: 'percent' },
  disk_read_bytes: { field: 'diskReadBytesPerSecond', unit: 'bytes in each period' },
  disk_write_bytes: { field: 'diskWriteBytesPerSecond', unit: 'bytes in each period' },
  network_in: { field: 'netRxBytesPerSecond', unit: 'bytes in each period' },
  network_out: { field: 'netTxBytesPerSecond', unit: 'bytes in each period' },
}

export function ec2Is(header: string): boolean {
  return /^\uFEFF?timestamp,value\s*$/i.test(header)
}

export function ec2Parse(
  file: TraceFile,
  options: SeriesOptions,
): Pick<SeriesParsed, 'badRows' | 'notes'> & { rows: SeriesLine[] } {
  const { field, unit } = meaningOf(file, options.field)
  const cores = options.cpuCores ?? 1
  const { rows, badRows } = csvRows(file, ',')
  const [head, ...body] = rows
  if (head === undefined || !ec2Is(head.fields.join(','))) {
    const message = 'the header must be "timestamp,value"'
    return { rows: [], badRows: [{ file: file.name, line: head?.line ?? 1, message }], notes: [] }
  }
  const read: { line: number; atMicros: number; value: number }[] = []
  for (const { fields, line } of body) {
    try {
      if (fields.length !== 2) throw new RowFault(`${fields.length} fields where the header has 2`)
      read.push({
        line,
        atMicros: instant(fields[0] ?? ''),
        value: numberField(fields, 1, 'value', { max: 1e18 }),
      })
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      badRows.push({ file: file.name, line, message: error.message })
    }
  }
  const periodSeconds = usualStep(read.map((row) => row.atMicros)) / 1e6
  if (unit === 'bytes in each period' && periodSeconds === 0 && read.length > 0) {
    throw new OrreryError(
      'invalid',
      `${file.name}: two rows at different times are needed to know the period`,
    )
  }
  const divisor = { percent: 100 / cores, 'bytes in each period': periodSeconds, 'as is': 1 }[unit]
  const notes = ['the times have no zone and are taken as UTC']
  if (unit === 'percent') notes.push(`percentages are of ${cores} ${cores === 1 ? 'core' : 'cores'}`)
  if (unit === 'bytes in each period')
    notes.push(`values are bytes in each ${periodSeconds} s, made bytes per second`)
  return {
    rows: read.map(({ line, atMicros, value }) => ({
      line,
      atMicros,
      values: valuesOf({ [field]: value / divisor }),
    })),
    badRows,
    notes,
  }
}

function meaningOf(file: TraceFile, field: string | undefined): Meaning {
  const base = file.name.split(/[\\/]/).at(-1) ?? file.name
  const name = field ?? Object.keys(metrics).find((metric) => base.toLowerCase().includes(metric))
  const known = name === undefined || !Object.hasOwn(metrics, name) ? undefined : metrics[name]
  const asIs = sampleFields.find((each) => each === name)
  if (known !== undefined) return known
  if (asIs !== undefined) return { field: asIs, unit: 'as is' }
  const names = [...Object.keys(metrics), ...sampleFields].join(', ')
  throw new OrreryError(
    'invalid',
    field === undefined
      ? `${base}: the name does not tell what was measured; give the field, one of ${names}`
      : `there is no field "${field}"; there are ${names}`,
  )
}

function instant(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})$/.exec(text.trim())
  const millis = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`)
  // A day that the month does not have would come back as one of the next month.
  const real = !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(match?.[1] ?? '')
  if (!real) throw new RowFault('timestamp: not of the form 2014-02-14 14:30:00')
  return millis * 1000
}

/** The median step, which gaps and doubled rows do not move. */
function usualStep(times: readonly number[]): number {
  const steps = times
    .map((time, index) => time - (times[index - 1] ?? time))
    .filter((step) => step > 0)
    .sort((a, b) => a - b)
  return steps[Math.floor(steps.length / 2)] ?? 0
}
