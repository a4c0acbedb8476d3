/**
 * The filter language of lists and URLs: `state:running,pending site:edge-1 cpu>80% -label.zone:a web "two words"`.
 *
 *     filter = term { spaces term }          every term must hold
 *     term   = [ "-" ] ( field | word )      "-" negates
 *     field  = name ":" value { "," value }  equal to one of the values; in one with `*`, which stands for any characters,
 *                                            letter case does not matter
 *            | name ( ">" | ">=" | "<" | "<=" ) quantity
 *     word   = anything else                 the thing's text contains it, letter case aside
 *
 * Values and words with spaces, commas or quotes are written in double quotes (`\"` and `\\` inside). The server
 * compiles the terms to SQL; the console evaluates them with core/filter-match.ts.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { type FilterUnit, quantityExamples, quantityParse } from './filter-quantity.ts'

export type FilterOp = ':' | '>' | '<' | '>=' | '<='
export type FilterWord = { kind: 'word'; word: string; negated: boolean }
export type FilterField = {
  kind: 'field'
  field: string
  op: FilterOp
  /** As written, without quotes. A comparison has exactly one. */
  values: string[]
  /** A comparison's quantity in the base of its unit: bytes, seconds, percent, milliseconds since 1970, or plain. */
  number: number | null
  unit: FilterUnit
  /** `cpu>80%`: compare what is used as a share of capacity, 0 to 100. */
  percent: boolean
  negated: boolean
}
export type FilterTerm = FilterWord | FilterField

const filterTermsMax = 64

const fieldStart = /([A-Za-z][A-Za-z0-9_./-]*)(:|>=|<=|>|<)/y
const space = /\s/

/** Throws `invalid` with the position (from 1) and what would be right. */
export function filterParse(text: string): FilterTerm[] {
  const terms: FilterTerm[] = []
  let at = 0
  while (at < text.length) {
    if (space.test(text.charAt(at))) {
      at += 1
      continue
    }
    if (terms.length === filterTermsMax) throw fault(at, `more than ${filterTermsMax} terms; write fewer`)
    const negated = text[at] === '-'
    const start = negated ? at + 1 : at
    fieldStart.lastIndex = start
    const head = fieldStart.exec(text)
    const read = head === null ? readWord(text, start) : readField(text, start, head)
    terms.push(read.term.kind === 'word' ? { ...read.term, negated } : { ...read.term, negated })
    at = read.end
    const after = text[at]
    if (after !== undefined && !space.test(after)) throw fault(at, `a space is needed before "${after}"`)
  }
  return terms
}

/** Text that parses to the same terms. */
export function filterFormat(terms: readonly FilterTerm[]): string {
  return terms
    .map((term) => {
      const minus = term.negated ? '-' : ''
      if (term.kind === 'field') return minus + term.field + term.op + term.values.map(valueFormat).join(',')
      fieldStart.lastIndex = 0
      const ambiguous = /^[-"]|\s|^$/.test(term.word) || fieldStart.test(term.word)
      return minus + (ambiguous ? quote(term.word) : term.word)
    })
    .join(' ')
}

type Read<T> = { term: T; end: number }

function readWord(text: string, start: number): Read<FilterWord> {
  const { value, end } = text[start] === '"' ? readQuoted(text, start) : readUntil(text, start, /\s/)
  if (value === '') {
    throw fault(
      start,
      'a word or a field is missing here, as in `-state:running`; write `"-"` for a lone minus',
    )
  }
  return { term: { kind: 'word', word: value, negated: false }, end }
}

function readField(text: string, start: number, head: RegExpExecArray): Read<FilterField> {
  const field = head[1] ?? ''
  const op = head[2] as FilterOp // the pattern's second group holds just these
  const values: string[] = []
  let end = start + head[0].length
  for (;;) {
    const valueStart = end
    const read = text[end] === '"' ? readQuoted(text, end) : readUntil(text, end, /[\s,]/)
    if (read.value === '') {
      throw fault(valueStart, `a value is missing after \`${field}${op}\`; \`${field}:*\` asks for any value`)
    }
    values.push(read.value)
    end = read.end
    if (text[end] !== ',') break
    if (op !== ':') throw fault(end, `\`${field}${op}\` takes one value; only \`${field}:a,b\` takes several`)
    end += 1
  }
  const base = { kind: 'field', field, op, values, negated: false } as const
  if (op === ':') return { term: { ...base, number: null, unit: 'none', percent: false }, end }
  const written = values[0] ?? ''
  const quantity = quantityParse(written)
  if (quantity === null) {
    const examples = quantityExamples.map((each) => `\`${field}${op}${each}\``).join(', ')
    throw fault(start + head[0].length, `"${written}" is not a quantity; right are ${examples}`)
  }
  return { term: { ...base, ...quantity, percent: quantity.unit === 'percent' }, end }
}

function readUntil(text: string, start: number, stop: RegExp): { value: string; end: number } {
  let end = start
  while (end < text.length && !stop.test(text.charAt(end))) end += 1
  return { value: text.slice(start, end), end }
}

function readQuoted(text: string, start: number): { value: string; end: number } {
  let value = ''
  for (let at = start + 1; at < text.length; at += 1) {
    const letter = text.charAt(at)
    if (letter === '"') return { value, end: at + 1 }
    if (letter === '\\' && /["\\]/.test(text.charAt(at + 1))) at += 1
    value += text.charAt(at)
  }
  throw fault(start, 'this quote is never closed; add `"` at the end')
}

function valueFormat(value: string): string {
  return /[\s,]|^"|^$/.test(value) ? quote(value) : value
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function fault(at: number, message: string): OrreryError {
  return new OrreryError('invalid', `filter, character ${at + 1}: ${message}`)
}
