/**
 * The Bitbrains layout (GWA-T-12). The archive's page gives the timestamp in milliseconds and so does the header, but
 * the files hold seconds: the unit is told by the size of the numbers. KB is 1024 bytes (a machine of 2 GiB has
 * 2097152). Capacity in MHz is that of all cores together.
 */
import { sampleFields } from '@orrery/api/sample.ts'
import { type TraceFile, columnIndexes, csvRows } from './csv.ts'
import { RowFault, integerField, numberField } from './field.ts'
import type { SeriesLine, SeriesParsed } from './series.ts'

const columns = [
  'Timestamp [ms]',
  'CPU cores',
  'CPU capacity provisioned [MHZ]',
  'CPU usage [MHZ]',
  'CPU usage [%]',
  'Memory usage [KB]',
  'Disk read throughput [KB/s]',
  'Disk write throughput [KB/s]',
  'Network received throughput [KB/s]',
  'Network transmitted throughput [KB/s]',
] as const

export function bitbrainsIs(header: string): boolean {
  return /^\uFEFF?"?timestamp \[ms\]"?\s*;/i.test(header)
}

export function bitbrainsParse(
  file: TraceFile,
): Pick<SeriesParsed, 'badRows' | 'notes'> & { rows: SeriesLine[] } {
  const { rows, badRows } = csvRows(file, ';')
  const [head, ...body] = rows
  const at = columnIndexes(head?.fields ?? [], columns)
  const missing = columns.filter((name) => at[name] < 0)
  if (head === undefined || missing.length > 0) {
    const message = `the header lacks ${missing.map((name) => `"${name}"`).join(', ')}`
    return { rows: [], badRows: [{ file: file.name, line: head?.line ?? 1, message }], notes: [] }
  }
  const unit = timeUnit(body.map((row) => Number(row.fields[at['Timestamp [ms]']])))
  const lines: SeriesLine[] = []
  let disagreeing = 0
  for (const { fields, line } of body) {
    try {
      if (fields.length !== head.fields.length) {
        throw new RowFault(`${fields.length} fields where the header has ${head.fields.length}`)
      }
      const number = (name: (typeof columns)[number], max: number) =>
        numberField(fields, at[name], name, { max })
      const timestamp = integerField(fields, at['Timestamp [ms]'], 'Timestamp [ms]', { max: 1e15 })
      if (timeUnit([timestamp]) !== unit)
        throw new RowFault(`Timestamp [ms]: ${timestamp} is not in ${unit.name}`)
      const cores = number('CPU cores', 1e6)
      const capacity = number('CPU capacity provisioned [MHZ]', 1e12)
      const megahertz = number('CPU usage [MHZ]', 1e12)
      const percent = number('CPU usage [%]', 1e6)
      const share = capacity > 0 ? megahertz / capacity : percent / 100
      if (Math.abs(share - percent / 100) > 0.01) disagreeing += 1
      const kilobytes = (name: (typeof columns)[number]) => number(name, 1e14) * 1024
      lines.push({
        line,
        atMicros: timestamp * unit.micros,
        values: valuesOf({
          cpuCores: cores * share,
          memoryBytes: kilobytes('Memory usage [KB]'),
          diskReadBytesPerSecond: kilobytes('Disk read throughput [KB/s]'),
          diskWriteBytesPerSecond: kilobytes('Disk write throughput [KB/s]'),
          netRxBytesPerSecond: kilobytes('Network received throughput [KB/s]'),
          netTxBytesPerSecond: kilobytes('Network transmitted throughput [KB/s]'),
        }),
      })
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      badRows.push({ file: file.name, line, message: error.message })
    }
  }
  const notes =
    unit === milliseconds ? [] : [`the header says milliseconds; by their size the times are ${unit.name}`]
  if (disagreeing > 0) {
    notes.push(
      `on ${disagreeing} rows CPU in MHz and in % differ by more than 1 %: MHz of the capacity is used`,
    )
  }
  return { rows: lines, badRows, notes }
}

const milliseconds = { name: 'milliseconds', micros: 1000 } as const
const seconds = { name: 'seconds', micros: 1_000_000 } as const

/** Seconds reach 1e11 in the year 5138; milliseconds passed it in March 1973. The first readable number decides. */
function timeUnit(timestamps: readonly number[]) {
  const first = timestamps.find((timestamp) => Number.isFinite(timestamp)) ?? 0
  return first < 1e11 ? seconds : milliseconds
}

export function valuesOf(
  measured: Partial<Record<(typeof sampleFields)[number], number>>,
): (number | null)[] {
  return sampleFields.map((field) => measured[field] ?? null)
}
