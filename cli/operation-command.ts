/** One command per operation of the API: what it takes comes from the operation's own schemas. */
import type { OperationName } from '@orrery/api/operations.ts'
import { type Argument, type Command, type Flag, jsonFlag, quietFlag, yesFlag } from './command.ts'
import { examplesOf } from './examples.ts'
import { type SchemaFlag, kindOf, withoutNull } from './flag.ts'
import { operationRun } from './operation-run.ts'
import { type OperationShape, operationShape } from './operation-shape.ts'
import { operationNames, operationSpec, wordsOf } from './words.ts'

const verbAliases: Record<string, readonly string[]> = {
  list: ['ls'],
  view: ['show', 'get'],
  delete: ['rm', 'remove'],
}

export function operationCommands(): Command[] {
  return operationNames.map((name) => operationCommand(name))
}

export function operationCommand(name: OperationName): Command {
  const spec = operationSpec(name)
  const shape = operationShape(name)
  const words = [shape.noun, shape.verb]
  return {
    words,
    aliases: verbAliases[shape.verb] ?? [],
    summary: lowerFirst(spec.summary),
    description: [
      spec.role === null ? 'Needs no sign-in.' : `Needs the role ${spec.role}.`,
      shape.hasBody
        ? 'Sizes may carry a unit (16GiB, 500m cores); --data takes the whole body as JSON, and flags go over it.'
        : '',
    ]
      .join(' ')
      .trim(),
    examples: examplesOf(shape),
    args: argsOf(shape),
    flags: flagList(shape),
    // `orrery status`, `orrery inventory`: the only thing to do with them.
    isDefault:
      shape.verb === 'view' &&
      !shape.hasRef &&
      operationNames.filter((each) => wordsOf(each).noun === shape.noun).length === 1,
    run: (cli, given) => operationRun(cli, shape, given),
  }
}

function argsOf(shape: OperationShape): Argument[] {
  const args: Argument[] = []
  if (shape.hasRef) args.push({ name: refWord(shape.noun), required: true, description: refText(shape.noun) })
  if (shape.positional !== null) {
    const { name } = shape.positional
    args.push({ name: name.toUpperCase(), required: false, description: `the same as --${name}` })
  }
  return args
}

const nameless = new Set(['operation', 'plan', 'token', 'dataset'])
export function refWord(noun: string): string {
  return nameless.has(noun) ? 'ID' : noun.toUpperCase()
}
function refText(noun: string): string {
  return nameless.has(noun) ? `id of the ${noun}` : `name or id of the ${noun}`
}

function flagList(shape: OperationShape): Flag[] {
  const spec = operationSpec(shape.name)
  const flags: Flag[] = [...shape.body, ...shape.query].map(flagOfSchema)
  if (shape.hasBody)
    flags.push({ name: 'data', value: 'JSON', description: 'the body: JSON, @FILE or - for standard input' })
  if (spec.method === 'POST' && spec.status === 201) {
    flags.push({
      name: 'idempotency-key',
      value: 'KEY',
      description: 'the same key creates only once (default: a new key)',
    })
  }
  if (shape.paged) flags.push({ name: 'all', description: 'every page, not only the first' })
  if (shape.rowsKey !== null) {
    flags.push({
      name: 'columns',
      value: 'A,B',
      description: 'these columns, by header or by field (capacity.cpuCores)',
    })
    flags.push({
      name: 'wide',
      short: 'w',
      description: 'more columns, not cut to the width of the terminal',
    })
  }
  if (shape.verb === 'delete') flags.push(yesFlag)
  return [...flags, jsonFlag, quietFlag]
}

function flagOfSchema(flag: SchemaFlag): Flag {
  const needed = flag.required ? 'required' : ''
  const standing =
    flag.schema.default === undefined || flag.list ? '' : `default ${JSON.stringify(flag.schema.default)}`
  const description = [flag.description, needed, standing].filter((part) => part !== '').join('; ')
  if (flag.kind === 'boolean') return { name: flag.name, negatable: true, description }
  return {
    name: flag.name,
    value: placeholder(flag),
    repeatable: flag.list || flag.kind === 'record',
    choices: flag.choices,
    description,
  }
}

function placeholder(flag: SchemaFlag): string {
  switch (flag.kind) {
    case 'record':
      return 'KEY=VALUE'
    case 'object':
      return Object.entries(flag.schema.properties ?? {})
        .map(([key, each]) => `${key}=${kindOf(withoutNull(each).schema, key) === 'text' ? 'TEXT' : 'N'}`)
        .slice(0, 3)
        .join(',')
    case 'bytes':
      return 'BYTES'
    case 'cores':
      return 'CORES'
    case 'integer':
    case 'number':
      return 'N'
    case 'instant':
      return 'INSTANT'
    case 'json':
      return 'JSON'
    case 'boolean':
    case 'text':
      return flag.choices.length > 0 ? 'WORD' : 'TEXT'
  }
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}
