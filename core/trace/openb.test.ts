import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TraceFile, csvRows } from './csv.ts'
import { demandGpuMilli, traceEvents } from './model.ts'
import { openbParse } from './openb.ts'

const shared = join(import.meta.dirname, '../../../shared/data/openb')
const absent = !existsSync(shared) && 'the published data (../shared/data) is not here'
const sharedFile = (name: string): TraceFile => ({ name, text: readFileSync(join(shared, name), 'utf8') })

const nodesText = 'sn,cpu_milli,memory_mib,gpu,model\nn0,64000,262144,2,P100\nn1,1500,1024,0,\n'
const podsHead =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time'
const nodes = (text = nodesText) => ({ name: 'nodes.csv', text })
const pods = (...lines: string[]) => ({ name: 'pods.csv', text: [podsHead, ...lines].join('\n') })

describe('rows', () => {
  it.for<[string, string[][]]>([
    ['', []],
    [
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['\uFEFFa\n\n1\n', [['a'], ['1']]],
    [
      'a,\n,b\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    [
      '"a,b",c\n"say ""hi""",\n',
      [
        ['a,b', 'c'],
        ['say "hi"', ''],
      ],
    ],
    ['"two\nlines",x\ny', [['two\nlines', 'x'], ['y']]],
  ])('of %j', ([text, expected]) => {
    const { rows, badRows } = csvRows({ name: 'f', text }, ',')
    expect(rows.map(({ fields }) => fields)).toEqual(expected)
    expect(badRows).toEqual([])
  })

  it('keep the line that an editor shows, over quoted line breaks and blank lines', () => {
    const { rows } = csvRows({ name: 'f', text: 'a\n\n"b\nc"\nd' }, ',')
    expect(rows.map(({ line }) => line)).toEqual([1, 3, 5])
  })

  it('end with a fault at a quote that is never closed', () => {
    const { rows, badRows } = csvRows({ name: 'f', text: 'a\n"b\nc' }, ',')
    expect(rows).toHaveLength(1)
    expect(badRows).toEqual([{ file: 'f', line: 2, message: 'a quote is opened here and never closed' }])
  })

  it('give back any fields that were written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' '), minLength: 1 })
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 1 }), { minLength: 1 }), (table) => {
        const text = table
          .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
          .join('\n')
        expect(csvRows({ name: 'f', text }, ',').rows.map(({ fields }) => fields)).toEqual(table)
      }),
    )
  })
})

describe('the openb layout', () => {
  it('becomes nodes and tasks in our units', () => {
    const parsed = openbParse(
      nodes(),
      pods(
        'p0,12000,16384,1,1000,,LS,Running,0,100,0',
        'p1,3152,5600,1,590,T4|P100|P100,BE,Failed,5,,6',
        'p2,100,0,0,0,,BE,Running,7,7,7',
      ),
    )
    expect(parsed.badRows).toEqual([])
    expect(parsed.notes).toEqual([])
    expect(parsed.nodes).toEqual([
      {
        name: 'n0',
        capacity: {
          cpuCores: 64,
          memoryBytes: 262144 * 2 ** 20,
          diskBytes: 0,
          gpus: [
            { model: 'P100', milli: 1000 },
            { model: 'P100', milli: 1000 },
          ],
        },
      },
      { name: 'n1', capacity: { cpuCores: 1.5, memoryBytes: 2 ** 30, diskBytes: 0, gpus: [] } },
    ])
    expect(parsed.tasks).toMatchObject([
      {
        name: 'p0',
        demand: { cpuCores: 12, gpu: { count: 1, milli: 1000, models: [] } },
        departureSeconds: 100,
      },
      {
        name: 'p1',
        demand: { cpuCores: 3.152, gpu: { count: 1, milli: 590, models: ['T4', 'P100'] } },
        departureSeconds: null,
      },
      { name: 'p2', demand: { memoryBytes: 0, gpu: { count: 0, milli: 0, models: [] } }, arrivalSeconds: 7 },
    ])
  })

  it.for<[string, string]>([
    ['p,x,1,0,0,,a,b,0,1,0', 'cpu_milli: "x" is not a whole number'],
    ['p,1.5,1,0,0,,a,b,0,1,0', 'cpu_milli: "1.5" is not a whole number'],
    ['p,-1,1,0,0,,a,b,0,1,0', 'cpu_milli: -1 is not between 0 and 1000000000'],
    ['p,1,1e3,0,0,,a,b,0,1,0', 'memory_mib: "1e3" is not a whole number'],
    ['p,1,99999999999999999999,0,0,,a,b,0,1,0', 'memory_mib: "99999999999999999999" is not a whole number'],
    ['p,1,1,65,1000,,a,b,0,1,0', 'num_gpu: 65 is not between 0 and 64'],
    ['p,1,1,1,1001,,a,b,0,1,0', 'gpu_milli: 1001 is not between 1 and 1000'],
    ['p,1,1,1,0,,a,b,0,1,0', 'gpu_milli: 0 is not between 1 and 1000'],
    ['p,1,1,2,500,,a,b,0,1,0', 'gpu_milli: 500 of each of 2 GPUs; a share below 1000 is of one device'],
    ['p,1,1,0,0,,a,b,9,8,0', 'deletion_time: 8 is before creation_time 9'],
    ['p,1,1,0,0,,a,b,,8,0', 'creation_time: empty, but the task has a deletion_time'],
    [',1,1,0,0,,a,b,0,1,0', 'name: empty'],
    ['a/b,1,1,0,0,,a,b,0,1,0', 'name: "a/b" has a "/" or a control character'],
    ['p,1,1,0,0', '5 fields where the header has 11'],
    ['good,1,1,0,0,,a,b,0,1,0', 'the name good was used on line 2 already'],
  ])('tells what is wrong with %j and keeps the other rows', ([line, message]) => {
    const good = 'good,1,1,0,0,,a,b,0,1,0'
    const parsed = openbParse(nodes(), pods(good, line, 'last,1,1,0,0,,a,b,0,1,0'))
    expect(parsed.badRows).toEqual([{ file: 'pods.csv', line: 3, message }])
    expect(parsed.tasks.map(({ name }) => name)).toEqual(['good', 'last'])
  })

  it.for<[string, string, string]>([
    [
      'a node without a model for its GPUs',
      'sn,cpu_milli,memory_mib,gpu,model\nn,1,1,2,\n',
      'model: empty, but the node has 2 GPUs',
    ],
  ])('tells of %s', ([, text, message]) => {
    expect(openbParse(nodes(text), pods()).badRows).toMatchObject([{ file: 'nodes.csv', message }])
  })

  it.for<[string, string, string]>([
    [
      'a file without its columns',
      'sn,cpu\nn,1\n',
      'the header lacks cpu_milli, memory_mib, gpu, model; it must have sn, cpu_milli, memory_mib, gpu, model',
    ],
    [
      'an empty file',
      '',
      'the header lacks sn, cpu_milli, memory_mib, gpu, model; it must have sn, cpu_milli, memory_mib, gpu, model',
    ],
    [
      'files that were swapped',
      `${podsHead}\n`,
      'the header lacks sn, gpu, model; it must have sn, cpu_milli, memory_mib, gpu, model',
    ],
    ['a quote that is never closed', 'sn,cpu_milli\n"n,1\n', 'a quote is opened here and never closed'],
  ])('refuses %s whole: the other file alone would be half an import', ([, text, message]) => {
    expect(() => openbParse(nodes(text), pods())).toThrow(message)
    expect(() => openbParse(nodes(text), pods())).toThrow(/^nodes\.csv, line \d+: .* Nothing was imported\.$/)
  })

  it('says so when a trace has no times', () => {
    const { tasks, notes } = openbParse(nodes(), {
      name: 'multi.csv',
      text: 'name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,1,1,0,0\n',
    })
    expect(tasks).toMatchObject([{ arrivalSeconds: 0, departureSeconds: null }])
    expect(notes).toEqual([
      'multi.csv has no column creation_time: this trace has no times, so every task arrives at 0 and stays',
    ])
  })

  it('accounts for every row of any text: read or reported', () => {
    const cell = fc.constantFrom('p', 'q', '1', '0', '1000', '-5', '', 'T4', '9e9', 'x"y', '"')
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 9, maxLength: 12 })), (table) => {
        const lines = table.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
        const { tasks, badRows } = openbParse(nodes(), pods(...lines))
        expect(tasks.length + badRows.length).toBe(table.length)
      }),
    )
  })
})

describe('events', () => {
  const anyTask = fc
    .record({ arrivalSeconds: fc.nat(20), life: fc.option(fc.nat(5)) })
    .map(({ arrivalSeconds, life }, name = 't') => ({
      name,
      demand: { cpuCores: 1, memoryBytes: 1, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } },
      arrivalSeconds,
      departureSeconds: life === null ? null : arrivalSeconds + life,
    }))

  it('are in order, departures first, and every task comes once and leaves at most once, after it came', () => {
    fc.assert(
      fc.property(fc.array(anyTask), (tasks) => {
        const events = traceEvents(tasks)
        const present = new Set<number>()
        events.forEach((event, index) => {
          const before = events[index - 1]
          expect(event.atSeconds).toBeGreaterThanOrEqual(before?.atSeconds ?? 0)
          if (event.kind === 'arrival') {
            expect(present.has(event.task)).toBe(false)
            present.add(event.task)
          } else {
            expect(present.delete(event.task)).toBe(true)
            const came = tasks[event.task]?.arrivalSeconds
            if (before?.kind === 'arrival' && before.atSeconds === event.atSeconds)
              expect(came).toBe(event.atSeconds)
          }
        })
        expect(present.size).toBe(tasks.filter(({ departureSeconds }) => departureSeconds === null).length)
        expect(events.filter(({ kind }) => kind === 'arrival')).toHaveLength(tasks.length)
      }),
    )
  })
})

describe('the published trace', () => {
  it('has the totals its authors give', ({ skip }) => {
    if (absent) skip(absent)
    const {
      nodes: hosts,
      tasks,
      badRows,
      notes,
    } = openbParse(sharedFile('openb_node_list_gpu_node.csv'), sharedFile('openb_pod_list_default.csv'))
    expect([badRows, notes]).toEqual([[], []])
    const total = (of: (each: (typeof hosts)[number]) => number) =>
      hosts.reduce((sum, each) => sum + of(each), 0)
    expect(hosts).toHaveLength(1213)
    expect(total(({ capacity }) => capacity.gpus.length)).toBe(6212)
    expect(total(({ capacity }) => capacity.memoryBytes)).toBe(528_302_452_244_480)
    expect(total(({ capacity }) => capacity.cpuCores)).toBe(107_018)
    expect(tasks).toHaveLength(8152)
    expect(tasks.filter(({ demand }) => demand.gpu.count === 0)).toHaveLength(1088)
    expect(tasks.reduce((sum, { demand }) => sum + demandGpuMilli(demand), 0)).toBe(6_086_800)
  })

  it.for([
    ['cpu050', 7439, 0],
    ['gpushare40', 8152, 0],
    ['gpuspec10', 8152, 732],
    ['multigpu20', 8324, 0],
  ] as const)('%s is read whole', ([workload, count, withModels], { skip }) => {
    if (absent) skip(absent)
    const { tasks, badRows, notes } = openbParse(
      sharedFile('openb_node_list_all_node.csv'),
      sharedFile(`openb_pod_list_${workload}.csv`),
    )
    expect(badRows).toEqual([])
    expect(tasks).toHaveLength(count)
    expect(tasks.filter(({ demand }) => demand.gpu.models.length > 0)).toHaveLength(withModels)
    expect(notes).toHaveLength(workload === 'multigpu20' ? 1 : 0)
  })
})
