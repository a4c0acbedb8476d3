import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SampleField, sampleFields } from '@orrery/api/sample.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SeriesRow, seriesParse } from './series.ts'

const shared = join(import.meta.dirname, '../../../shared/data/metrics')
const absent = !existsSync(shared) && 'the published data (../shared/data) is not here'
const sharedFile = (name: string) => ({ name, text: readFileSync(join(shared, name), 'utf8') })

const value = (row: SeriesRow | undefined, field: SampleField) => row?.values[sampleFields.indexOf(field)]
const bitbrainsHead =
  'Timestamp [ms];\tCPU cores;\tCPU capacity provisioned [MHZ];\tCPU usage [MHZ];\tCPU usage [%];\tMemory capacity provisioned [KB];\tMemory usage [KB];\tDisk read throughput [KB/s];\tDisk write throughput [KB/s];\tNetwork received throughput [KB/s];\tNetwork transmitted throughput [KB/s]'
const bitbrains = (...lines: string[]) => ({ name: 'vm.csv', text: [bitbrainsHead, ...lines].join('\n') })
const rest = '4000;\t1000;\t25;\t2097152.0;\t1024;\t2;\t3;\t4;\t0.5'

describe('the Bitbrains layout', () => {
  it('becomes cores, bytes and bytes per second', () => {
    const parsed = seriesParse(bitbrains(`1376314846;\t2;\t${rest}`))
    expect(parsed).toEqual({
      layout: 'bitbrains',
      fields: sampleFields.filter((field) => field !== 'powerWatts'),
      rows: [{ atMicros: 1_376_314_846_000_000, values: [0.5, 1024 ** 2, 2048, 3072, 4096, 512, null] }],
      badRows: [],
      notes: ['the header says milliseconds; by their size the times are seconds'],
    })
  })

  it('believes the header when the times are as large as milliseconds', () => {
    const parsed = seriesParse(bitbrains(`1376314846123;\t2;\t${rest}`))
    expect(parsed.rows[0]?.atMicros).toBe(1_376_314_846_123_000)
    expect(parsed.notes).toEqual([])
  })

  it('says so when CPU in MHz and in % disagree', () => {
    expect(seriesParse(bitbrains(`1;\t2;\t${rest.replace('25', '80')}`)).notes).toContain(
      'on 1 rows CPU in MHz and in % differ by more than 1 %: MHz of the capacity is used',
    )
  })

  it.for<[string, string]>([
    ['200;\tx;\t', 'CPU cores: "x" is not a number'],
    ['200;\tNaN;\t', 'CPU cores: "NaN" is not a number'],
    ['200;\tInfinity;\t', 'CPU cores: "Infinity" is not a number'],
    ['200;\t-1;\t', 'CPU cores: -1 is not between 0 and 1000000'],
    ['200.5;\t1;\t', 'Timestamp [ms]: "200.5" is not a whole number'],
    ['200000000000;\t1;\t', 'Timestamp [ms]: 200000000000 is not in seconds'],
    ['100;\t1;\t', 'the time is the same as on line 2'],
    ['99;\t1;\t', 'the time is before that of line 2'],
    ['200;\t1;\t1;\t', '12 fields where the header has 11'],
  ])('reports a row that begins %j and keeps the others', ([start, message]) => {
    const parsed = seriesParse(bitbrains(`100;\t1;\t${rest}`, start + rest, `300;\t1;\t${rest}`))
    expect(parsed.badRows).toEqual([{ file: 'vm.csv', line: 3, message }])
    expect(parsed.rows.map(({ atMicros }) => atMicros)).toEqual([100_000_000, 300_000_000])
  })

  it('is told by its columns when one is missing', () => {
    const text = bitbrainsHead.replace('CPU cores', 'cores')
    expect(seriesParse({ name: 'vm.csv', text }).badRows).toEqual([
      { file: 'vm.csv', line: 1, message: 'the header lacks "CPU cores"' },
    ])
  })

  it('has no row twice and each after the one before, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (times) => {
        const { rows, badRows } = seriesParse(bitbrains(...times.map((time) => `${time};\t1;\t${rest}`)))
        expect(rows.length + badRows.length).toBe(times.length)
        rows.forEach((row, index) => expect(row.atMicros).toBeGreaterThan(rows[index - 1]?.atMicros ?? 0))
        expect(new Set(rows.map(({ atMicros }) => atMicros)).size).toBe(rows.length)
      }),
    )
  })
})

describe('the EC2 layout', () => {
  const ec2 = (name: string, ...lines: string[]) => ({ name, text: ['timestamp,value', ...lines].join('\n') })
  const two = ['2014-02-14 14:30:00,50', '2014-02-14 14:35:00,600'] as const

  it.for<[string, SampleField, number, number]>([
    ['ec2_cpu_utilization_24ae8d.csv', 'cpuCores', 0.5, 6],
    ['folder/ec2_disk_write_bytes_1ef3de.csv', 'diskWriteBytesPerSecond', 50 / 300, 2],
    ['ec2_network_in_257a54.csv', 'netRxBytesPerSecond', 50 / 300, 2],
  ])('tells from the name %s what was measured', ([name, field, first, second]) => {
    const { rows, fields } = seriesParse(ec2(name, ...two))
    expect(fields).toEqual([field])
    expect(rows.map((row) => value(row, field))).toEqual([first, second])
    expect(rows[0]?.atMicros).toBe(Date.parse('2014-02-14T14:30:00Z') * 1000)
  })

  it('takes the field and the number of cores that it is given', () => {
    const cores = seriesParse(ec2('x.csv', ...two), { field: 'cpu_utilization', cpuCores: 4 })
    expect(value(cores.rows[0], 'cpuCores')).toBe(2)
    expect(cores.notes).toContain('percentages are of 4 cores')
    const watts = seriesParse(ec2('x.csv', ...two), { field: 'powerWatts' })
    expect(value(watts.rows[0], 'powerWatts')).toBe(50)
  })

  it('asks for the field when nothing tells it, and refuses one that is not there', () => {
    expect(() => seriesParse(ec2('x.csv', ...two))).toThrow('x.csv: the name does not tell what was measured')
    expect(() => seriesParse(ec2('x.csv'), { field: 'constructor' })).toThrow(
      'there is no field "constructor"',
    )
    expect(() => seriesParse(ec2('network_in.csv', two[0]))).toThrow('two rows at different times')
  })

  it('reports rows by line, a doubled time among them', () => {
    const bad = [
      '2014-02-30 14:30:00,1',
      '2014-13-14 14:40:00,1',
      '2014-02-14 14:35:00,7',
      '2014-02-14 14:45:00',
      '2014-02-14 14:50:00,-',
    ]
    const { rows, badRows } = seriesParse(ec2('cpu_utilization.csv', ...two, ...bad))
    expect(rows).toHaveLength(2)
    expect(badRows.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '4 timestamp: not of the form 2014-02-14 14:30:00',
      '5 timestamp: not of the form 2014-02-14 14:30:00',
      '6 the time is the same as on line 3',
      '7 1 fields where the header has 2',
      '8 value: "-" is not a number',
    ])
  })
})

describe('a file of neither layout', () => {
  it.for(['', 'time;cpu\n1;2', '\0\0\0', '{"a":1}'])('%j is refused with both headers named', (text) => {
    expect(() => seriesParse({ name: 'f.csv', text })).toThrow('neither that of Bitbrains')
  })
})

describe('the published series', () => {
  it.for([
    ['bitbrains.csv', 8619, 0],
    ['ec2_cpu_utilization_24ae8d.csv', 4032, 0],
    ['ec2_cpu_utilization_5f5533.csv', 4032, 0],
    ['ec2_disk_write_bytes_1ef3de.csv', 4730, 1],
    ['ec2_network_in_257a54.csv', 4032, 0],
  ] as const)('%s is read whole', ([name, count, doubled], { skip }) => {
    if (absent) skip(absent)
    const { rows, badRows } = seriesParse(sharedFile(name))
    expect(rows.length + badRows.length).toBe(count)
    expect(badRows.filter(({ message }) => message.startsWith('the time is the same'))).toHaveLength(
      badRows.length,
    )
    expect(badRows.length).toBeGreaterThanOrEqual(doubled)
    expect(new Date((rows[0]?.atMicros ?? 0) / 1000).getUTCFullYear()).toBe(
      name === 'bitbrains.csv' ? 2013 : 2014,
    )
  })
})
