import type { Inventory } from '@orrery/api/inventory.ts'
import type { Run, RunDetail } from '@orrery/api/run.ts'
import { rowsFollow } from './all-pages.ts'
import { bodyOf, inputsOf } from './body.ts'
import { type Row, columnsOf } from './columns.ts'
import type { Cli, Given } from './command.ts'
import { confirmed } from './confirm.ts'
import { exitCodes } from './exit-code.ts'
import { inventoryShow } from './inventory-show.ts'
import { pointerFlag } from './pointer.ts'
import { runResultShow, runShow } from './run-show.ts'
import type { OperationShape } from './operation-shape.ts'
import { type RawInput, request } from './request.ts'
import { idPrint, rowsPrint } from './rows-print.ts'
import { oneShow, rowsShow } from './show.ts'
import { subjectId } from './subject.ts'

/** Calls the operation with what was given and shows its answer as was asked. */
export async function operationRun(cli: Cli, shape: OperationShape, given: Given): Promise<number | void> {
  const { ref, query, body } = await inputsOf(cli, shape, given)
  if (shape.name === 'sampleList') query['subject'] = await subjectId(cli, String(query['subject']))
  if (shape.verb === 'delete' && !(await confirmed(cli, given, `Delete the ${shape.noun} ${ref ?? ''}?`))) {
    return exitCodes.usage.code
  }
  const input: RawInput = {
    ...(ref === undefined ? {} : { ref }),
    ...(Object.keys(query).length === 0 ? {} : { query }),
    ...(shape.hasBody ? { body: await bodyOf(cli, shape, given, body) } : {}),
  }
  if (given.on('all') === true) {
    await rowsFollow(cli, shape, given, input)
    return
  }
  const key = given.text('idempotency-key')
  const text = await pointerFlag(shape, () =>
    request(cli, shape.name, input, key === undefined ? {} : { idempotencyKey: key }),
  )
  if (given.on('json') === true || !text.startsWith('{')) {
    if (text !== '') cli.io.out.write(text.endsWith('\n') ? text : `${text}\n`)
    else
      cli.note(
        `${ref === undefined ? shape.noun : `${shape.noun} ${ref}`}: ${shape.verb === 'delete' ? 'deleted' : 'done'}`,
      )
    return
  }
  answerShow(cli, shape, given, JSON.parse(text) as Row)
}

function answerShow(cli: Cli, shape: OperationShape, given: Given, answer: Row): void {
  const rows = shape.rowsKey === null ? null : answer[shape.rowsKey]
  if (Array.isArray(rows)) {
    rowsPrint(cli, shape, given, rows as Row[])
    const next = answer['next']
    if (typeof next === 'string') cli.note(`There is more: --all, or --cursor ${next}`)
    if (answer['more'] === true) cli.note('There is more: a later --since, or a larger --limit')
    return
  }
  if (given.on('quiet') === true) {
    idPrint(cli, answer)
    return
  }
  if (shape.name === 'inventoryView') {
    inventoryShow(cli, answer as Inventory, shape.response)
    return
  }
  if (shape.name === 'runView' || shape.name === 'runCreate') {
    runShow(cli, answer as Run)
    return
  }
  if (shape.name === 'runResult') {
    runResultShow(cli, answer as RunDetail)
    return
  }
  const asRow = shape.verb !== 'view' && columnsOf[shape.noun] !== undefined && sameThing(shape, answer)
  if (asRow) rowsShow(cli, [answer], shape.noun, shape.response, { wide: false, columns: [] })
  else oneShow(cli, answer, shape.response)
}

/** A row of the noun's own table, and nothing in it that such a table leaves out. */
function sameThing(shape: OperationShape, answer: Row): boolean {
  if (shape.verb === 'why') return false
  return typeof answer['id'] === 'string' && answer['steps'] === undefined && shape.noun !== 'import'
}
