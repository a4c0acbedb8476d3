/** From an answer of the API to what a person reads. */
import { cellShow, tint } from './cell.ts'
import { type Column, type Row, columnsOf, columnsOfSchema, valueAt } from './columns.ts'
import type { Cli } from './command.ts'
import { UsageError } from './exit-code.ts'
import type { Schema } from './flag.ts'
import { likely } from './suggest.ts'
import { plainTable } from './table.ts'

export type View = { wide: boolean; columns: readonly string[] }

/** Rows as a table. `kind` names the columns, `schema` stands in where there are none of that name. */
export function rowsShow(cli: Cli, rows: readonly Row[], kind: string, schema: Schema, view: View): void {
  const known = columnsOf[kind] ?? columnsOfSchema(schema)
  const columns =
    view.columns.length > 0
      ? columnsChosen(view.columns, known, schema, rows)
      : known.filter((each) => view.wide || each.wide !== true)
  const nowMs = cli.io.now()
  const cells = rows.map((row) => columns.map((column) => tint(columnCell(column, row, nowMs), cli.colors)))
  const headers = columns.map((column) => column.header)
  cli.io.out.write(
    plainTable(headers, cells, { header: cli.colors.bold, columns: view.wide ? null : cli.io.out.columns }),
  )
}

function columnCell(column: Column, row: Row, nowMs: number): string {
  if (column.show !== undefined) return column.show(row, nowMs)
  return cellShow(valueAt(row, column.path), column.path.split('.').at(-1) ?? '')
}

/** `--columns name,state,capacity.cpuCores`: a header or a dotted field of the answer. */
function columnsChosen(
  names: readonly string[],
  known: readonly Column[],
  schema: Schema,
  rows: readonly Row[],
): Column[] {
  return names.map((name) => {
    const column = known.find((each) => each.header.toLowerCase() === name.toLowerCase())
    if (column !== undefined) return column
    const first = name.split('.')[0] ?? ''
    const inSchema = schema.properties?.[first] !== undefined
    if (inSchema || rows.some((row) => valueAt(row, name) !== undefined)) {
      return { header: name.toUpperCase(), path: name }
    }
    const all = [...known.map((each) => each.header.toLowerCase()), ...Object.keys(schema.properties ?? {})]
    const hint = likely(name, all)
    throw new UsageError(
      `there is no column '${name}'${hint === null ? '' : `. Did you mean '${hint}'?`}`,
      `Columns: ${[...new Set(all)].join(', ')}; fields inside others with a dot, as capacity.cpuCores.`,
    )
  })
}

/** One thing, a field to a line, inner fields below their own. Lists of objects become tables below. */
export function oneShow(cli: Cli, thing: Row, schema: Schema): void {
  const lines: [string, string][] = []
  const tables: [string, Row[]][] = []
  const walk = (value: Row, before: string): void => {
    for (const [key, each] of Object.entries(value)) {
      const name = before === '' ? key : `${before}.${key}`
      if (isRows(each)) tables.push([name, each])
      else if (isRow(each) && Object.keys(each).length > 0 && !isMap(schema, name)) walk(each, name)
      else lines.push([name, tint(cellShow(each, key), cli.colors)])
    }
  }
  walk(thing, '')
  const width = Math.max(0, ...lines.map(([name]) => name.length))
  for (const [name, text] of lines) cli.print(`${cli.colors.bold(name.padEnd(width))}  ${text}`)
  for (const [name, rows] of tables) {
    cli.print(`\n${cli.colors.bold(name)}`)
    rowsShow(cli, rows, name.split('.').at(-1) ?? '', schemaAt(schema, name), { wide: false, columns: [] })
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
function isRows(value: unknown): value is Row[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRow)
}
function isMap(schema: Schema, path: string): boolean {
  return schemaAt(schema, path).patternProperties !== undefined
}

/** The schema below a dotted path, through lists and nullable parts. */
export function schemaAt(schema: Schema, path: string): Schema {
  let here: Schema = schema
  for (const key of path.split('.')) {
    here = open(open(here).properties?.[key] ?? {})
  }
  return here.items === undefined ? here : open(here.items)
}
function open(schema: Schema): Schema {
  return schema.anyOf?.find((each) => each.type !== 'null') ?? schema
}
