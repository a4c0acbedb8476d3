import { OrreryError } from '@orrery/api/errors.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filterMatches } from './filter-match.ts'
import { type FilterTerm, filterFormat, filterParse } from './filter.ts'

const field = (
  name: string,
  op: ':' | '>' | '<' | '>=' | '<=',
  values: string[],
  more: Partial<Extract<FilterTerm, { kind: 'field' }>> = {},
): FilterTerm => ({
  kind: 'field',
  field: name,
  op,
  values,
  number: null,
  unit: 'none',
  percent: false,
  negated: false,
  ...more,
})
const word = (text: string, negated = false): FilterTerm => ({ kind: 'word', word: text, negated })

describe('parsing', () => {
  it.for<[string, FilterTerm[]]>([
    ['', []],
    ['  \t ', []],
    ['web', [word('web')]],
    ['-web', [word('web', true)]],
    ['"two words" -"no no"', [word('two words'), word('no no', true)]],
    ['state:running,pending', [field('state', ':', ['running', 'pending'])]],
    ['-label.zone:a', [field('label.zone', ':', ['a'], { negated: true })]],
    ['name:"a, b",c', [field('name', ':', ['a, b', 'c'])]],
    ['cpu>80%', [field('cpu', '>', ['80%'], { number: 80, unit: 'percent', percent: true })]],
    ['memory>=2GiB', [field('memory', '>=', ['2GiB'], { number: 2 * 1024 ** 3, unit: 'bytes' })]],
    ['memory<2gb', [field('memory', '<', ['2gb'], { number: 2e9, unit: 'bytes' })]],
    ['since<5m', [field('since', '<', ['5m'], { number: 300, unit: 'seconds' })]],
    ['priority<=-3', [field('priority', '<=', ['-3'], { number: -3 })]],
    [
      'createdAt>2026-01-31T12:00:00Z',
      [field('createdAt', '>', ['2026-01-31T12:00:00Z'], { number: 1_769_860_800_000, unit: 'instant' })],
    ],
    ['10:30', [word('10:30')]],
    ['at:10:30', [field('at', ':', ['10:30'])]],
    ['5"disk', [word('5"disk')]],
    ['"a\\"b\\\\c"', [word('a"b\\c')]],
  ])('reads %j', ([text, terms]) => {
    expect(filterParse(text)).toEqual(terms)
  })

  it.for<[string, string]>([
    ['state:', 'character 7: a value is missing'],
    ['web state:a,', 'character 13: a value is missing'],
    ['-', 'character 2: a word or a field is missing'],
    ['web "open', 'character 5: this quote is never closed'],
    ['cpu>fast', 'character 5: "fast" is not a quantity; right are `cpu>2.5`'],
    ['cpu>1e999', 'is not a quantity'],
    ['cpu>2ib', 'is not a quantity'],
    ['cpu>constructor', 'is not a quantity'],
    ['at>2026-13-45', 'is not a quantity'],
    ['cpu>1,2', 'takes one value'],
    ['"a"b', 'character 4: a space is needed'],
  ])('refuses %j and says where and what would be right', ([text, message]) => {
    expect(() => filterParse(text)).toThrow(message)
    expect(() => filterParse(text)).toThrow(OrreryError)
  })

  it('refuses more terms than the limit', () => {
    expect(() => filterParse('a '.repeat(65))).toThrow('more than 64 terms')
  })

  it('throws nothing but its own error on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from(' -:<>=,"\\a1.%GiBms*')) }), (text) => {
        try {
          filterParse(text)
        } catch (error) {
          expect(error).toBeInstanceOf(OrreryError)
        }
      }),
    )
  })

  it('reads back what it formats', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from(' -:<>,"\\ab1.%*')) }), (text) => {
        let terms: FilterTerm[]
        try {
          terms = filterParse(text)
        } catch {
          return
        }
        expect(filterParse(filterFormat(terms))).toEqual(terms)
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps any word and any value through quotes', () => {
    const text = fc.string({ minLength: 1, unit: 'binary' })
    fc.assert(
      fc.property(
        text,
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (one, values, negated) => {
          const terms = [word(one, negated), field('f.x/y-z', ':', values, { negated })]
          expect(filterParse(filterFormat(terms))).toEqual(terms)
        },
      ),
    )
  })
})

describe('matching', () => {
  const thing: Record<string, unknown> = {
    state: 'running',
    site: 'Edge-1',
    cpu: 6,
    'cpu%': 75,
    memory: 3 * 1024 ** 3,
    since: 120,
    capabilities: ['kvm', 'gpu'],
    createdAt: '2026-02-01T00:00:00.5Z',
    autoPlace: true,
    node: null,
    'label.zone': 'b',
  }
  it.for<[string, boolean]>([
    ['', true],
    ['state:running,pending', true],
    ['state:pending', false],
    ['-state:pending', true],
    ['site:Edge-1', true],
    ['site:edge-1', false],
    ['site:edge-*', true],
    ['site:*dge*1', true],
    ['site:ed*edge-1', false],
    ['cpu>80%', false],
    ['cpu>=75%', true],
    ['cpu>5 cpu<7', true],
    ['memory>2GiB', true],
    ['since<5m', true],
    ['since<1m', false],
    ['capabilities:gpu', true],
    ['capabilities:*m', true],
    ['capabilities:tpu', false],
    ['createdAt>2026-01-31', true],
    ['createdAt<2026-01-31', false],
    ['autoPlace:true', true],
    ['node:*', false],
    ['-node:*', true],
    ['nothing>1', false],
    ['-label.zone:a', true],
    ['WEB', true],
    ['"web one" -two', true],
    ['web two', false],
  ])('%j gives %j', ([text, expected]) => {
    expect(filterMatches(filterParse(text), (name) => thing[name], 'The web one')).toBe(expected)
  })

  it('a negated term is the opposite of the term', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('cpu', 'site', 'node'),
        fc.constantFrom(':6', '>5', '<=5', ':e*'),
        (name, rest) => {
          const get = (asked: string) => thing[asked]
          const plain = filterMatches(filterParse(name + rest), get, '')
          expect(filterMatches(filterParse(`-${name}${rest}`), get, '')).toBe(!plain)
        },
      ),
    )
  })
})
