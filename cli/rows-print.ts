import { type Row, columnsOf } from './columns.ts'
import type { Cli, Given } from './command.ts'
import type { OperationShape } from './operation-shape.ts'
import { rowsShow, schemaAt } from './show.ts'

export function rowsPrint(cli: Cli, shape: OperationShape, given: Given, rows: readonly Row[]): void {
  if (given.on('quiet') === true) {
    for (const row of rows) idPrint(cli, row, [...idKeys, 'cursor', 'at'])
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

const idKeys = ['secret', 'url', 'id', 'operationId', 'name', 'kind']

/**
 * What a script wants of an answer: the secret it cannot get again, or else the id. An answer that has none, as that of
 * `orrery status`, says nothing. Only in a list is an instant or a cursor the name of a thing.
 */
export function idPrint(cli: Cli, row: Row, keys: readonly string[] = idKeys): void {
  const id = keys.map((key) => row[key]).find((value) => typeof value === 'string')
  if (id !== undefined) cli.print(id)
}
