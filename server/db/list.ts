import { type RawBuilder, sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { ListQuery, Page } from '@orrery/api/page.ts'
import { type FilterField, type FilterTerm, filterParse } from '@orrery/core/filter.ts'
import { isUuid } from '@orrery/api/id.ts'
import type { Handle } from './database.ts'
import { instantRead, instantText } from './instant.ts'

/** `id` is a column of type uuid; `texts` an array of text, which only filters. */
export type ColumnType = 'text' | 'number' | 'instant' | 'boolean' | 'texts' | 'id'
export type Column = {
  /** an expression over the rows of the base query, whose alias is `t` */
  sql: RawBuilder<unknown>
  type: ColumnType
  nullable?: boolean
  /** `cpu>80%` compares this, 0 to 100 */
  percent?: RawBuilder<unknown>
  filterOnly?: boolean
}

/** How one noun is listed: its rows, the fields that filter and sort, and the text that words are looked for in. */
export type ListSpec<Row extends { id: string }, Item> = {
  noun: string
  base: RawBuilder<unknown>
  columns: Record<string, Column>
  words: RawBuilder<unknown>
  /** a column, `-` before it for descending */
  sort: string
  item: (row: Row) => Item
  /** the instant that ages count back from; the present when left out */
  now?: RawBuilder<unknown>
  /** `label.zone:a` and the like, for fields that are not columns */
  dynamic?: (field: string) => Column | null
}

/** One page of a list: filtered, sorted by one column and the id, continued after the cursor. */
export async function listPage<Row extends { id: string }, Item>(
  handle: Handle,
  spec: ListSpec<Row, Item>,
  query: ListQuery,
): Promise<Page<Item>> {
  const limit = query.limit ?? 100
  const sort = sortOf(spec, query.sort ?? spec.sort)
  const conditions = conditionsOf(spec, query.filter)
  if (query.cursor !== undefined) conditions.push(afterCursor(sort, query.cursor))
  const where = conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
  const direction = sort.descending ? sql`desc` : sql`asc`
  const key = sortKey(sort.column)
  const { rows } = await sql<Row & { sort_key: string | number | boolean | null }>`
    select t.*, ${key} as sort_key from (${spec.base}) t where ${where}
    order by ${key} ${direction} ${sort.column.nullable === true ? sql`nulls last` : sql``}, t.id ${direction}
    limit ${limit + 1}`.execute(handle)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => spec.item(row)),
    next: rows.length > limit && last !== undefined ? cursorWrite(sort.name, last.sort_key, last.id) : null,
  }
}

type Sort = { name: string; column: Column; descending: boolean }

/** Sorted as the cursor compares: by code points, whatever the database's own collation. */
function sortKey(column: Column): RawBuilder<unknown> {
  return column.type === 'text' ? sql`${column.sql} collate "C"` : column.sql
}

/** A field's column, if it is one: `constructor` is none, though every object has it. */
function columnOf(columns: Record<string, Column>, name: string): Column | undefined {
  return Object.hasOwn(columns, name) ? columns[name] : undefined
}

function sortOf(spec: { noun: string; columns: Record<string, Column> }, text: string): Sort {
  const descending = text.startsWith('-')
  const name = descending ? text.slice(1) : text
  const column = columnOf(spec.columns, name)
  if (column === undefined || column.type === 'texts' || column.filterOnly === true) {
    const known = Object.entries(spec.columns).flatMap(([key, each]) =>
      each.type === 'texts' || each.filterOnly === true ? [] : [key],
    )
    throw new OrreryError(
      'invalid',
      `\`sort\` must be one of ${known.join(', ')}; '${name}' is not a column of ${spec.noun}.`,
    )
  }
  return { name: text, column, descending }
}

function cursorWrite(sort: string, key: unknown, id: string): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url')
}

function afterCursor(sort: Sort, text: string): RawBuilder<unknown> {
  const wrong = () =>
    new OrreryError(
      'invalid',
      '`cursor` must be the `next` of a page with the same `sort`; leave it out to start from the first page.',
    )
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw wrong()
  }
  if (
    !Array.isArray(parsed) ||
    parsed.length !== 3 ||
    parsed[0] !== sort.name ||
    typeof parsed[2] !== 'string'
  )
    throw wrong()
  const [, key, id] = parsed as [string, unknown, string]
  if (!isUuid(id)) throw wrong()
  const value = key === null ? null : keyValue(sort.column, key, wrong)
  const column = sortKey(sort.column)
  const beyond = sort.descending ? sql`<` : sql`>`
  if (value === null) return sql`(${column} is null and t.id ${beyond} ${id}::uuid)`
  // The row comparison is what an index on (column, id) can answer.
  const after = sql`(${column}, t.id) ${beyond} (${value}, ${id}::uuid)`
  return sort.column.nullable === true ? sql`(${after} or ${column} is null)` : after
}

function keyValue(column: Column, key: unknown, wrong: () => OrreryError): RawBuilder<unknown> {
  if (column.type === 'number' && typeof key === 'number') return sql`${key}::float8`
  if (column.type === 'boolean' && typeof key === 'boolean') return sql`${key}::boolean`
  if (column.type === 'instant' && typeof key === 'string' && instantRead(key) !== null)
    return sql`${key}::timestamptz`
  if (column.type === 'text' && typeof key === 'string' && !key.includes('\0'))
    return sql`${key}::text collate "C"`
  if (column.type === 'id' && typeof key === 'string' && isUuid(key)) return sql`${key}::uuid`
  throw wrong()
}

/** The SQL conditions of a filter text, for lists that page in their own way. */
export function conditionsOf(spec: FilterSpec, filter: string | undefined): RawBuilder<unknown>[] {
  if (filter === undefined) return []
  if (filter.includes('\0')) throw new OrreryError('invalid', 'filter: no text holds the character U+0000.')
  return filterParse(filter).map((term) => condition(spec, term))
}

type FilterSpec = {
  noun: string
  columns: Record<string, Column>
  words: RawBuilder<unknown>
  dynamic?: (field: string) => Column | null
  now?: RawBuilder<unknown>
}

function condition(spec: FilterSpec, term: FilterTerm): RawBuilder<unknown> {
  const positive =
    term.kind === 'word'
      ? sql`${spec.words} ilike ${`%${likeEscape(term.word)}%`}`
      : fieldCondition(spec, term)
  // `coalesce`: a field without a value does not have the value, so its negation holds.
  return term.negated ? sql`not coalesce(${positive}, false)` : positive
}

function fieldCondition(spec: FilterSpec, term: FilterField): RawBuilder<unknown> {
  const column = columnOf(spec.columns, term.field) ?? spec.dynamic?.(term.field) ?? null
  if (column === null) {
    throw new OrreryError(
      'invalid',
      `filter: ${spec.noun} have no field '${term.field}'; there are ${Object.keys(spec.columns).join(', ')}.`,
    )
  }
  if (term.op !== ':') return compare(spec, column, term)
  const any = term.values.map((value) => equal(column, value))
  return sql`(${sql.join(any, sql` or `)})`
}

function compare(
  { noun, now = sql`now()` }: FilterSpec,
  column: Column,
  term: FilterField,
): RawBuilder<unknown> {
  const op = sql.raw(term.op)
  if (term.percent) {
    if (column.percent === undefined) {
      throw new OrreryError(
        'invalid',
        `filter: '${term.field}' of ${noun} has no capacity to be a share of; write a number without %.`,
      )
    }
    return sql`${column.percent} ${op} ${term.number}::float8`
  }
  // A number has no time in it: `cpu>5m` is a slip, not 300.
  if (column.type === 'number' && (term.unit === 'none' || term.unit === 'bytes')) {
    return sql`${column.sql} ${op} ${term.number}::float8`
  }
  if (column.type === 'instant') {
    // `since<5m` reads "for less than five minutes": an age, so the comparison turns round.
    if (term.unit === 'seconds') {
      return sql`extract(epoch from ${now} - ${column.sql}) ${op} ${term.number}::float8`
    }
    if (term.unit === 'instant')
      return sql`${column.sql} ${op} ${instantOf(term.values[0] ?? '')}::timestamptz`
  }
  throw new OrreryError(
    'invalid',
    `filter: '${term.field}' of ${noun} cannot be compared with '${term.values[0]}'; use \`${term.field}:value\`.`,
  )
}

function equal(column: Column, value: string): RawBuilder<unknown> {
  if (value === '*') {
    return column.type === 'texts' ? sql`cardinality(${column.sql}) > 0` : sql`${column.sql} is not null`
  }
  switch (column.type) {
    case 'texts':
      return value.includes('*')
        ? sql`exists (select 1 from unnest(${column.sql}) as each (text) where each.text ilike ${wildcard(value)})`
        : sql`${value} = any (${column.sql})`
    case 'number': {
      const number = Number(value)
      if (Number.isNaN(number)) throw new OrreryError('invalid', `filter: '${value}' is not a number.`)
      return sql`${column.sql} = ${number}::float8`
    }
    case 'boolean':
      if (value !== 'true' && value !== 'false')
        throw new OrreryError('invalid', `filter: write true or false, not '${value}'.`)
      return sql`${column.sql} = ${value === 'true'}`
    case 'instant':
      return sql`${column.sql} = ${instantOf(value)}::timestamptz`
    case 'id':
      if (isUuid(value)) return sql`${column.sql} = ${value}::uuid`
      return value.includes('*') ? sql`${column.sql}::text ilike ${wildcard(value)}` : sql`false`
    case 'text':
      return value.includes('*') ? sql`${column.sql} ilike ${wildcard(value)}` : sql`${column.sql} = ${value}`
  }
}

/** An instant, or a day from its beginning in UTC, as the database reads it. */
function instantOf(text: string): string {
  const instant = instantRead(
    /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text.replace(minutesOnly, '$1:00$2'),
  )
  if (instant === null) {
    throw new OrreryError(
      'invalid',
      `filter: '${text.slice(0, 60)}' is not an instant, as 2026-01-31T12:00:00Z.`,
    )
  }
  return instantText(instant)
}
const minutesOnly = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})$/

function wildcard(value: string): string {
  return likeEscape(value).replaceAll('*', '%')
}

function likeEscape(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
