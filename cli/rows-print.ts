import { type Row, columnsOf } from './columns.ts'
import type { Cli, Given } from './command.ts'
import type { OperationShape } from './operation-shape.ts'
import { rowsShow, schemaAt } from './show.ts'

export function rowsPrint(cli: Cli, shape: OperationShape, given: Given, rows: readonly Row[]): void {
  if (given.on('quiet') === true) {
    for (const row of rows) cli.print(idOf(row))
    return
  }
  const columns = given
    .texts('columns')
    .flatMap((each) => each.split(','))
    .filter((each) => each !== '')
  const kind = columnsOf[shape.verb] === undefined ? shape.noun : shape.verb
  if (rows.length === 0) {
    cli.note(`none${given.text('filter') === undefined ? '' : ' that match the filter'}`)
    return
  }
  const schema = schemaAt(shape.response, shape.rowsKey ?? 'items')
  rowsShow(cli, rows, kind, schema, { wide: given.on('wide') === true, columns })
}

/** What a script wants of an answer: the secret it cannot get again, or else the id. */
export function idOf(row: Row): string {
  for (const key of ['secret', 'url', 'id', 'operationId', 'cursor', 'name', 'kind', 'at']) {
    const value = row[key]
    if (typeof value === 'string') return value
  }
  return JSON.stringify(row)
}
