import type { Row } from './columns.ts'
import type { Cli, Given } from './command.ts'
import type { OperationShape } from './operation-shape.ts'
import { rowsPrint } from './rows-print.ts'
import { type RawInput, request } from './request.ts'

/** The largest page the API gives. */
const pageLimit = 1000

/** Every page of a list: as one table, or with --json as one object of the same form as a page. */
export async function rowsFollow(
  cli: Cli,
  shape: OperationShape,
  given: Given,
  input: RawInput,
): Promise<void> {
  const json = given.on('json') === true
  const rows: Row[] = []
  let count = 0
  let cursor: string | null = null
  if (json) cli.io.out.write('{"items":[')
  do {
    const query: Record<string, unknown> = {
      limit: pageLimit,
      ...input.query,
      ...(cursor === null ? {} : { cursor }),
    }
    const text = await request(cli, shape.name, { ...input, query })
    const page = JSON.parse(text) as { items: Row[]; next: string | null }
    if (json) {
      for (const item of page.items) cli.io.out.write(`${count++ === 0 ? '' : ','}${JSON.stringify(item)}`)
    } else {
      rows.push(...page.items)
    }
    cursor = page.next
  } while (cursor !== null)
  if (json) cli.io.out.write('],"next":null}\n')
  else rowsPrint(cli, shape, given, rows)
}
