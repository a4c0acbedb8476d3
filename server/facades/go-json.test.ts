import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goDecode } from './go-decode.ts'
import { goJsonNumber, goJsonParse, goJsonString } from './go-json.ts'
import { textOfBytes } from './go-text.ts'

const float64 = { go: 'float64' } as const
const host = {
  go: 'struct',
  package: 'core',
  name: 'Host',
  fields: { hostid: { go: 'string' }, stateid: { go: 'int' }, total_cpu: float64, at: { go: 'time' } },
} as const

describe('a body that Go would refuse', () => {
  it.for<[string, string]>([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"hostid":"a"', 'unexpected end of JSON input'],
    ['"a', 'unexpected end of JSON input'],
    ['[]', 'json: cannot unmarshal array into Go value of type core.Host'],
    ['7', 'json: cannot unmarshal number into Go value of type core.Host'],
    ['true', 'json: cannot unmarshal bool into Go value of type core.Host'],
    ['{"hostid":1}', 'json: cannot unmarshal number into Go struct field Host.hostid of type string'],
    ['{"HostID":{}}', 'json: cannot unmarshal object into Go struct field Host.hostid of type string'],
    [
      '{"total_cpu":"x"}',
      'json: cannot unmarshal string into Go struct field Host.total_cpu of type float64',
    ],
    [
      '{"total_cpu":false}',
      'json: cannot unmarshal bool into Go struct field Host.total_cpu of type float64',
    ],
    [
      '{"total_cpu":1e999}',
      'json: cannot unmarshal number 1e999 into Go struct field Host.total_cpu of type float64',
    ],
    ['{"stateid":1.5}', 'json: cannot unmarshal number 1.5 into Go struct field Host.stateid of type int'],
    [
      '{"stateid":1,"stateid":"x"}',
      'json: cannot unmarshal string into Go struct field Host.stateid of type int',
    ],
    [
      '{"stateid":9223372036854775808}',
      'json: cannot unmarshal number 9223372036854775808 into Go struct field Host.stateid of type int',
    ],
    [
      '{"hostid":1,"total_cpu":"x"}',
      'json: cannot unmarshal number into Go struct field Host.hostid of type string',
    ],
    ['{"total_cpu":NaN}', "invalid character 'N' looking for beginning of value"],
    ['{"total_cpu":-Infinity}', "invalid character 'I' in numeric literal"],
    ['{"total_cpu":01}', "invalid character '1' after object key:value pair"],
    ['{"total_cpu":1.}', "invalid character '}' after decimal point in numeric literal"],
    ['{"total_cpu":1e}', "invalid character '}' in exponent of numeric literal"],
    ['-', "invalid character ' ' in numeric literal"],
    ['nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['trie', "invalid character 'i' in literal true (expecting 'u')"],
    ['{}{}', "invalid character '{' after top-level value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['[1 2]', "invalid character '2' after array element"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"a\u0000b"', "invalid character '\\x00' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['\u00a0', "invalid character 'Â' looking for beginning of value"],
    ['['.repeat(10_001), "invalid character '[' exceeded max depth"],
  ])('%s', ([body, message]) => {
    expect(() => goDecode(body, host)).toThrow(expect.objectContaining({ message }))
  })

  it('says which byte it stumbled over when the body is not UTF-8', () => {
    const body = textOfBytes(Buffer.from([0x7b, 0x22, 0x5c, 0xff, 0x22, 0x7d]))
    expect(() => goDecode(body, host)).toThrow("invalid character 'ÿ' in string escape code")
  })
})

describe('a body that Go takes', () => {
  const decoded = (body: string) => goDecode(body, host)
  const empty = { hostid: '', stateid: 0n, total_cpu: 0, at: -62_135_596_800_000_000n }

  it('folds the case of keys, ignores unknown ones and fills in zeros', () => {
    expect(decoded('{"HostID":"a","Total_CPU":1.5,"other":[{"x":null}]}')).toEqual({
      ...empty,
      hostid: 'a',
      total_cpu: 1.5,
    })
    expect(decoded('{"ho\u017ftid":"long s"}')).toEqual({ ...empty, hostid: 'long s' })
    expect(decoded('{}')).toEqual(empty)
  })
  it('lets the last of repeated keys win, and a null change nothing', () => {
    expect(decoded('{"hostid":"a","HOSTID":"b","hostid":null}')).toEqual({ ...empty, hostid: 'b' })
  })
  it('is null for null', () => {
    expect(decoded(' null ')).toBeNull()
  })
  it('keeps 64-bit integers and every bit of a double', () => {
    expect(decoded('{"stateid":9223372036854775807,"total_cpu":0.30000000000000004}')).toEqual({
      ...empty,
      stateid: 9_223_372_036_854_775_807n,
      total_cpu: 0.30000000000000004,
    })
  })
  it('replaces halves of surrogate pairs and bytes that are not UTF-8', () => {
    expect(decoded('{"hostid":"\\ud800x"}')).toMatchObject({ hostid: '\ufffdx' })
    expect(
      decoded(textOfBytes(Buffer.from('7b22686f73746964223a22ff22 7d'.replace(' ', ''), 'hex'))),
    ).toMatchObject({
      hostid: '\ufffd',
    })
  })
  it('may nest ten thousand deep', () => {
    expect(goJsonParse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toMatchObject({ kind: 'array' })
  })
})

const jsonText = fc.oneof(
  fc.json({ stringUnit: 'binary' }),
  fc
    .json()
    .chain((text) =>
      fc
        .tuple(fc.nat(text.length), fc.constantFrom('', ' ', '}', '{', ',', ':', '"', '\\', '0', 'é', ']'))
        .map(([at, with_]) => text.slice(0, at) + with_ + text.slice(at + 1)),
    ),
)

describe('the scanner', () => {
  it('takes what JSON.parse takes, and nothing else', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        let taken = true
        try {
          JSON.parse(text)
        } catch {
          taken = false
        }
        if (taken) expect(goJsonParse(text)).toBeDefined()
        else expect(() => goJsonParse(text)).toThrow(/^(invalid character|unexpected end)/)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('output', () => {
  it('escapes what HTML minds', () => {
    expect(goJsonString('<a href="x">&\u2028')).toBe('"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028"')
    expect(goJsonString('\b\f\n\\b\u0001')).toBe('"\\u0008\\u000c\\n\\\\b\\u0001"')
  })
  it('reads back as the same text and the same number', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (text, number) => {
          expect(JSON.parse(goJsonString(text))).toBe(text)
          expect(JSON.parse(goJsonNumber(number))).toBe(number)
        },
      ),
    )
  })
})
