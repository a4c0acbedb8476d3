import { describe, expect, it } from 'vitest'
import { goTimeParse, goTimeParseUnquoted, microsOfNanos } from './go-time.ts'
import { zoneTextOpen } from './go-zone.ts'

const layout = '"\\"2006-01-02T15:04:05Z07:00\\""'
const micros = (iso: string, rest = 0n): bigint => BigInt(Date.parse(iso)) * 1000n + rest

describe('an instant', () => {
  it.for<[string, bigint]>([
    ['2024-03-12T20:19:56Z', micros('2024-03-12T20:19:56Z')],
    ['2024-03-12T20:19:56.511123+01:00', micros('2024-03-12T19:19:56.511Z', 123n)],
    ['2024-03-12T20:19:56.511123499Z', micros('2024-03-12T20:19:56.511Z', 123n)],
    ['2024-03-12T20:19:56.511123600Z', micros('2024-03-12T20:19:56.511Z', 124n)],
    ['2024-03-12T20:19:56.0000015Z', micros('2024-03-12T20:19:56Z', 2n)],
    ['2024-03-12T20:19:56.0000025Z', micros('2024-03-12T20:19:56Z', 2n)],
    ['2024-03-12T20:19:56.9999999Z', micros('2024-03-12T20:19:57Z')],
    ['2024-03-12T5:19:56,5-05:30', micros('2024-03-12T10:49:56.5Z')],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000_000n],
    ['9999-12-31T23:59:59Z', micros('9999-12-31T23:59:59Z')],
    ['2024-02-29T00:00:00Z', micros('2024-02-29T00:00:00Z')],
    ['0001-01-01T00:00:00.000001Z', -62_135_596_799_999_999n],
    ['0001-01-01T00:00:00-00:01', -62_135_596_740_000_000n],
    ['9999-12-31T23:59:59.999999Z', micros('9999-12-31T23:59:59Z', 999_999n)],
    ['9999-12-31T23:59:59.9999994Z', micros('9999-12-31T23:59:59Z', 999_999n)],
    ['9999-12-31T23:59:59+23:59', micros('9999-12-31T00:00:59Z')],
  ])('%s is read, rounded to the microsecond', ([text, expected]) => {
    expect(goTimeParse(`"${text}"`)).toBe(expected)
    expect(goTimeParseUnquoted(text)).toBe(expected)
  })

  it.for<[string, string]>([
    ['9999-12-31T23:59:59-23:59', '9999-12-31T23:59:59.999999Z'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.999999Z'],
    ['9999-12-31T23:59:59.999999-00:01', '9999-12-31T23:59:59.999999Z'],
    ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['0000-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z'],
    ['0001-01-01T00:00:00+00:01', '0001-01-01T00:00:00Z'],
    ['0000-02-29T00:00:00+23:59', '0001-01-01T00:00:00Z'],
  ])('%s, in a year that no client can read, is %s', ([text, expected]) => {
    for (const instant of [goTimeParse(`"${text}"`), goTimeParseUnquoted(text)]) {
      expect(zoneTextOpen('UTC')(instant)).toBe(expected)
    }
  })

  it.for<[string, string]>([
    ['123', `parsing time "123" as ${layout}: cannot parse "123" as "\\""`],
    ['{}', `parsing time "{}" as ${layout}: cannot parse "{}" as "\\""`],
    ['""', `parsing time "\\"\\"" as ${layout}: cannot parse "\\"" as "2006"`],
    ['"soon"', `parsing time "\\"soon\\"" as ${layout}: cannot parse "soon\\"" as "2006"`],
    ['"2024-03-12"', `parsing time "\\"2024-03-12\\"" as ${layout}: cannot parse "\\"" as "T"`],
    [
      '"2024-03-12T20:19:56"',
      `parsing time "\\"2024-03-12T20:19:56\\"" as ${layout}: cannot parse "\\"" as "Z07:00"`,
    ],
    ['"2024-13-12T20:19:56Z"', 'parsing time "\\"2024-13-12T20:19:56Z\\"": month out of range'],
    ['"2024-02-30T20:19:56Z"', 'parsing time "\\"2024-02-30T20:19:56Z\\"": day out of range'],
    ['"2024-03-12T24:19:56Z"', 'parsing time "\\"2024-03-12T24:19:56Z\\"": hour out of range'],
    [
      '"2024-03-12T20:19:56Zé"',
      'parsing time "\\"2024-03-12T20:19:56Z\\xc3\\xa9\\"" as ' +
        `${layout}: cannot parse "\\xc3\\xa9\\"" as "\\""`,
    ],
  ])('%s is refused', ([text, message]) => {
    expect(() => goTimeParse(text)).toThrow(expect.objectContaining({ message }))
  })

  it('given in nanoseconds is rounded the same way', () => {
    expect(microsOfNanos(1_710_274_796_511_123_499n)).toBe(1_710_274_796_511_123n)
    expect(microsOfNanos(1_710_274_796_511_123_600n)).toBe(1_710_274_796_511_124n)
    expect(microsOfNanos(-1n)).toBe(0n)
    expect(microsOfNanos(-1001n)).toBe(-1n)
  })
})

describe('an instant is shown', () => {
  it.for<[string, string, bigint, string]>([
    ['in UTC', 'UTC', micros('2024-03-12T20:19:56.511Z', 123n), '2024-03-12T20:19:56.511123Z'],
    ['without a fraction when there is none', 'UTC', micros('2024-03-12T20:19:56Z'), '2024-03-12T20:19:56Z'],
    ['with trailing zeros cut', 'UTC', micros('2024-03-12T20:19:56.500Z'), '2024-03-12T20:19:56.5Z'],
    [
      'with the offset of winter',
      'Europe/Stockholm',
      micros('2024-03-12T19:19:56.511Z', 123n),
      '2024-03-12T20:19:56.511123+01:00',
    ],
    [
      'with the offset of summer',
      'Europe/Stockholm',
      micros('2024-07-01T00:00:00Z'),
      '2024-07-01T02:00:00+02:00',
    ],
    [
      'across the change of the clocks',
      'Europe/Stockholm',
      micros('2024-03-31T00:59:59Z', 999_999n),
      '2024-03-31T01:59:59.999999+01:00',
    ],
    ['west of Greenwich', 'America/St_Johns', micros('2024-01-01T00:00:00Z'), '2023-12-31T20:30:00-03:30'],
    ['in the year 1', 'UTC', -62_135_596_800_000_000n, '0001-01-01T00:00:00Z'],
    [
      'in UTC where the zone is in the year 10000 already',
      'Europe/Stockholm',
      micros('9999-12-31T23:59:59Z', 999_999n),
      '9999-12-31T23:59:59.999999Z',
    ],
    [
      'in UTC where the zone is in the year 0 still',
      'America/New_York',
      -62_135_596_800_000_000n,
      '0001-01-01T00:00:00Z',
    ],
    ['before 1970', 'UTC', -1n, '1969-12-31T23:59:59.999999Z'],
  ])('%s', ([, zone, instant, expected]) => {
    expect(zoneTextOpen(zone)(instant)).toBe(expected)
  })

  it('in no zone that does not exist', () => {
    expect(() => zoneTextOpen('Europe/Atlantis')).toThrow(RangeError)
  })
})
