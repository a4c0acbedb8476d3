import type { OperationName } from '@orrery/api/operations.ts'
import { type Schema, type SchemaFlag, flagsOf } from './flag.ts'
import { operationSpec, wordsOf } from './words.ts'

/** What the runner needs to know of an operation, read from its schemas once. */
export type OperationShape = {
  name: OperationName
  noun: string
  verb: string
  /** the path names one thing */
  hasRef: boolean
  query: readonly SchemaFlag[]
  body: readonly SchemaFlag[]
  /** may be given as an argument instead of as a flag */
  positional: SchemaFlag | null
  hasBody: boolean
  /** the field of the answer that holds rows; null when the answer is one thing */
  rowsKey: string | null
  /** pages follow one another by cursor */
  paged: boolean
  response: Schema
}

export function operationShape(name: OperationName): OperationShape {
  const spec = operationSpec(name)
  const { noun, verb } = wordsOf(name)
  // TypeBox schemas are JSON Schema; `Schema` is the part of it that the contract uses.
  const query = flagsOf(spec.query)
  const body = flagsOf(spec.body)
  const response: Schema = spec.response
  const rowsKey = spec.method === 'GET' ? rowsKeyOf(response) : null
  return {
    name,
    noun,
    verb,
    hasRef: spec.path.includes('{ref}'),
    query,
    body,
    positional:
      [...body, ...query].find(
        (flag) => flag.required && flag.kind === 'text' && flag.choices.length === 0 && !flag.list,
      ) ?? null,
    hasBody: spec.body !== undefined,
    rowsKey,
    paged: rowsKey === 'items' && response.properties?.['next'] !== undefined,
    response,
  }
}

function rowsKeyOf(response: Schema): string | null {
  const lists = Object.entries(response.properties ?? {}).filter(
    ([, each]) => each.type === 'array' && each.items?.properties !== undefined,
  )
  const key = lists[0]?.[0]
  return lists.length === 1 && (key === 'items' || key === 'samples') ? key : null
}
