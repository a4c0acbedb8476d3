import fc from 'fast-check'
import { expect, it } from 'vitest'
import { goDecodeExact } from './go-decode.ts'
import { goDecodePlain } from './go-plain.ts'

const metric = {
  go: 'struct',
  package: 'core',
  name: 'Metric',
  fields: { timestamp: { go: 'time' }, cpu: { go: 'float64' }, memory: { go: 'float64' } },
} as const

/** What either way gives, or the text it refuses with. */
function outcome(decode: () => unknown): unknown {
  try {
    return decode()
  } catch (error) {
    return `refused: ${String(error)}`
  }
}

it('takes the usual body, and an empty field for what is left out', () => {
  const body = '{"timestamp":"2026-11-21T12:00:00.25Z", "memory":1e3}'
  expect(goDecodePlain(body, metric)).toEqual({ timestamp: 1_795_262_400_250_000n, cpu: 0, memory: 1000 })
})

it.for([
  '',
  'null',
  '[]',
  '{"timestamp":"2026-11-21T12:00:00Z"',
  '{"timestamp":"2026-11-21T12:00:00Z","cpu":"1"}',
  '{"timestamp":"2026-11-21T12:00:00Z","cpu":null}',
  '{"timestamp":"2026-11-21T12:00:00Z","cpu":1e999}',
  '{"timestamp":"2026-11-21T12:00:00Z","CPU":1}',
  '{"timestamp":"2026-11-21T12:00:00Z","other":1}',
  '{"timestamp":"2026-11-21T12:00:00Z","cpu":true,"cpu":1}',
  '{"timestamp":"2026-11-21T12:00:00Z","__proto__":1}',
  '{"timestamp":"2026-11-21T12:00:00\\u005a"}',
  '{"cpu":1}',
])('leaves %s to the exact decoder', (body) => {
  expect(goDecodePlain(body, metric)).toBeUndefined()
})

it('never says anything else than the exact decoder does', () => {
  const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'))
  const instant = fc
    .tuple(
      fc.constantFrom('2026', '0001', '1899', '9999', '0099', '26'),
      fc.constantFrom('-', '/'),
      two(13),
      two(32),
      fc.constantFrom('T', ' ', 't'),
      two(25),
      two(61),
      two(61),
      fc.constantFrom('', '.5', '.123456', '.1234567', '.999999999', ',5', '.'),
      fc.constantFrom('Z', '+01:00', '', 'z', '-00:30'),
    )
    .map(([year, dash, month, day, t, hour, minute, second, fraction, zone]) =>
      JSON.stringify(`${year}${dash}${month}-${day}${t}${hour}:${minute}:${second}${fraction}${zone}`),
    )
  const good = fc.date({ noInvalidDate: true }).map((date) => JSON.stringify(date))
  const value = fc.oneof(
    instant,
    good,
    fc.double().map(String),
    fc.constantFrom('null', 'true', '"1"', '[]', '01', '1e400'),
  )
  const key = fc.constantFrom('timestamp', 'timestamp', 'cpu', 'cpu', 'memory', 'Cpu', 'x', '__proto__')
  const space = fc.constantFrom('', ' ', '\n')
  const body = fc
    .tuple(fc.array(fc.tuple(key, value), { maxLength: 4 }), space, fc.constantFrom('', '}', ','))
    .map(([pairs, gap, end]) => `{${pairs.map(([k, v]) => `"${k}":${gap}${v}`).join(`,${gap}`)}}${end}`)
  fc.assert(
    fc.property(body, (text) => {
      const plain = outcome(() => goDecodePlain(text, metric))
      if (plain === undefined) return
      expect(plain).toEqual(outcome(() => goDecodeExact(text, metric)))
    }),
    { numRuns: 3000 },
  )
})
