import { sampleFields } from '@orrery/api/sample.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OwnArrival, type OwnLine, ownConstraints, ownHeader, ownLine, ownParse } from './own.ts'

const file = (...lines: string[]) => ({ name: 't.ndjson', text: lines.join('') })
const arrival: OwnArrival = {
  arrival: 'web',
  at: 1000,
  kind: 'vm',
  demand: {
    cpuCores: 0.1,
    memoryBytes: Number.MAX_SAFE_INTEGER,
    diskBytes: 0,
    gpu: { count: 0, milli: 0, models: [] },
  },
  constraints: {},
  priority: 0,
  labels: {},
}

const anyName = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .filter((name) => /^[^\s/\p{Cc}]([^/\p{Cc}]*[^\s/\p{Cc}])?$/u.test(name))
const anyBytes = fc.maxSafeNat()
const anyCores = fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0)
const anyLabels = fc.dictionary(fc.constantFrom('zone', 'a/b', 'c.d'), fc.string({ maxLength: 20 }), {
  noNullPrototype: true,
})
const anyArrival = fc.record({
  at: fc.maxSafeNat(),
  kind: fc.constantFrom('vm', 'module', 'seat'),
  demand: fc.record({
    cpuCores: anyCores,
    memoryBytes: anyBytes,
    diskBytes: anyBytes,
    gpu: fc.record({
      count: fc.nat(64),
      milli: fc.nat(1000),
      models: fc.array(fc.string({ maxLength: 9 }), { maxLength: 3 }),
    }),
  }),
  constraints: fc.record(
    { riskLevel: fc.nat(10), antiAffinity: fc.constant('g'), nodeLabels: anyLabels },
    { requiredKeys: [], noNullPrototype: true },
  ),
  priority: fc.integer({ min: -1000, max: 1000 }),
  labels: anyLabels,
})
const anyValue = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0))

describe('our own trace', () => {
  it('comes back as it was written, to the last bit', () => {
    const anyNode = fc.record({
      site: anyName,
      kind: fc.constantFrom('host', 'device'),
      capacity: fc.record({
        cpuCores: anyCores,
        memoryBytes: anyBytes,
        diskBytes: anyBytes,
        gpus: fc.array(
          fc.record({
            model: fc.string({ minLength: 1, maxLength: 9 }),
            milli: fc.integer({ min: 1, max: 1000 }),
          }),
          { maxLength: 3 },
        ),
      }),
      capabilities: fc.array(fc.constantFrom('kvm', 'wasm')),
      labels: anyLabels,
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(anyName, anyNode), { selector: ([name]) => name, maxLength: 5 }),
        fc.uniqueArray(fc.tuple(anyName, anyArrival, fc.option(fc.nat(1000))), {
          selector: ([name]) => name,
          maxLength: 5,
        }),
        fc.array(
          fc.record({
            sample: anyName,
            of: fc.constantFrom('node', 'workload'),
            at: fc.maxSafeNat(),
            values: fc.tuple(anyValue, anyValue),
          }),
        ),
        (someNodes, someArrivals, samples) => {
          const nodes = someNodes.map(([node, more]) => ({ node, ...more }))
          const arrivals = someArrivals.map(([name, more]) => ({ arrival: name, ...more }))
          const departures = someArrivals.flatMap(([departure, { at }, life]) =>
            life === null || at + life > Number.MAX_SAFE_INTEGER ? [] : [{ departure, at: at + life }],
          )
          const lines: OwnLine[] = [...nodes, ...arrivals, ...departures, ...samples]
          const text = ownHeader(['cpuCores', 'powerWatts']) + lines.map(ownLine).join('')
          expect(ownParse({ name: 't', text })).toEqual({
            fields: ['cpuCores', 'powerWatts'],
            nodes,
            arrivals,
            departures,
            samples,
            badRows: [],
          })
        },
      ),
    )
  })

  it('leaves out of constraints what only this installation understands', () => {
    expect(ownConstraints({ siteIds: [], nodeIds: [], riskLevel: 2, antiAffinity: 'g' })).toEqual({
      riskLevel: 2,
      antiAffinity: 'g',
    })
  })

  it.for<[string, string, string]>([
    ['a line that is not JSON', '{"arrival":\n', 'this is not JSON'],
    ['a line of no kind', '{"x":1}\n', 'a line has one of'],
    ['a line that is no object', '7\n', 'a line has one of'],
    ['a wrong type', ownLine({ ...arrival, arrival: 'b', at: -1 }), '/at must be'],
    ['an unknown key', JSON.stringify({ ...arrival, arrival: 'b', extra: 1 }), '/extra is not a known key'],
    ['an integer beyond 2^53', '{"departure":"web","at":9007199254740993}\n', '/at must be'],
    ['a second arrival', ownLine(arrival), 'web arrived on line 2 and has not left'],
    [
      'a stranger that leaves',
      ownLine({ departure: 'db', at: 1 }),
      'db leaves, but no line before says that it came',
    ],
    [
      'one that leaves too soon',
      ownLine({ departure: 'web', at: 999 }),
      'web leaves before it came (line 2)',
    ],
    [
      'a sample of the wrong length',
      ownLine({ sample: 'web', of: 'workload', at: 1, values: [1] }),
      '1 values where the header names 7 fields',
    ],
  ])('reports %s by its line', ([, line, message]) => {
    const parsed = ownParse(file(ownHeader(), ownLine(arrival), line))
    expect(parsed.badRows).toHaveLength(1)
    expect(parsed.badRows[0]).toMatchObject({
      file: 't.ndjson',
      line: 3,
      message: expect.stringContaining(message),
    })
    expect(parsed.arrivals).toEqual([arrival])
  })

  it('lets a workload come again after it left', () => {
    const again = { ...arrival, at: 3000 }
    const { arrivals, badRows } = ownParse(
      file(ownHeader(), ownLine(arrival), ownLine({ departure: 'web', at: 2000 }), ownLine(again)),
    )
    expect([arrivals, badRows]).toEqual([[arrival, again], []])
  })

  it('reads nothing without a header of its version', () => {
    for (const text of ['', '\n\n', '{"orreryTrace":2,"fields":[]}\n', ownLine(arrival), 'sn,cpu\n']) {
      const parsed = ownParse(file(text, ownLine(arrival)))
      expect(parsed.arrivals.length).toBe(0)
      expect(parsed.badRows).toHaveLength(1)
    }
    expect(ownParse(file('')).badRows[0]?.message).toContain('the file is empty')
    expect(sampleFields).toEqual(ownParse(file(ownHeader())).fields)
  })
})
