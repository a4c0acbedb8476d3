import { readFile } from 'node:fs/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Cli, Given } from './command.ts'
import { UsageError } from './exit-code.ts'
import type { SchemaFlag } from './flag.ts'
import { flagValue } from './flag-value.ts'
import { missingFlags } from './missing.ts'
import type { OperationShape } from './operation-shape.ts'

type Tree = { [key: string]: unknown }
/** Of a body or a file on the command line: more is a mistake, and the server would refuse it anyway. */
export const inputLimitBytes = 256 * 2 ** 20

/** The path's reference, the query, and the part of the body that arguments and flags give. */
export async function inputsOf(
  cli: Cli,
  shape: OperationShape,
  given: Given,
): Promise<{ ref: string | undefined; query: Tree; body: Tree }> {
  const args = [...given.args]
  const ref = shape.hasRef ? args.shift() : undefined
  const positional = args.shift()
  const values = (flags: readonly SchemaFlag[]): Tree => {
    const tree: Tree = {}
    for (const flag of flags) {
      const value = valueGiven(flag, given, flag === shape.positional ? positional : undefined, cli.io.now())
      if (value !== undefined) treeSet(tree, flag.path, value)
    }
    return tree
  }
  const query = values(shape.query)
  const missing = shape.query.filter((flag) => flag.required && query[flag.path[0] ?? ''] === undefined)
  if (missing.length > 0) throw missingFlags(missing.map((flag) => flag.name))
  return { ref, query, body: values(shape.body) }
}

function valueGiven(flag: SchemaFlag, given: Given, positional: string | undefined, nowMs: number): unknown {
  if (flag.kind === 'boolean' && !flag.list) return given.on(flag.name)
  const texts = given.texts(flag.name)
  if (positional !== undefined) {
    if (texts.length > 0)
      throw new UsageError(`--${flag.name} was given twice: as a flag and as '${positional}'`)
    return flagValue(flag, [positional], nowMs)
  }
  return texts.length === 0 ? undefined : flagValue(flag, texts, nowMs)
}

/** The whole body: `--data` with the flags over it. What is required must come from one of them. */
export async function bodyOf(cli: Cli, shape: OperationShape, given: Given, flags: Tree): Promise<unknown> {
  const data = given.text('data')
  if (data === undefined) {
    const missing = shape.body.filter((flag) => flag.required && treeGet(flags, flag.path) === undefined)
    if (missing.length > 0) throw missingFlags(missing.map((flag) => flag.name))
    return flags
  }
  const body = await dataRead(cli, data)
  if (Object.keys(flags).length === 0) return body
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new UsageError('--data must be a JSON object when flags are given beside it')
  }
  return treeMerge(body as Tree, flags)
}

async function dataRead(cli: Cli, data: string): Promise<unknown> {
  const text =
    data === '-'
      ? await cli.io.readInput(inputLimitBytes)
      : data.startsWith('@')
        ? await fileRead(data.slice(1))
        : data
  if (text === null) throw new UsageError(`standard input is larger than ${inputLimitBytes} bytes`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(
      `--data is not valid JSON: ${(cause as Error).message}`,
      'Give JSON, @FILE, or - for standard input.',
    )
  }
}

/** The text of a file, or an error that says what is wrong with it. */
export async function fileRead(path: string): Promise<string> {
  return (await fileBytes(path)).toString('utf8')
}

export async function fileBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new OrreryError('not_found', `there is no file ${path}`, { cause })
    if (code === 'EISDIR') throw new OrreryError('invalid', `${path} is a folder, not a file`, { cause })
    throw new OrreryError('invalid', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function treeSet(tree: Tree, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (key === undefined) return
  if (rest.length === 0) {
    tree[key] = value
    return
  }
  const inner = (tree[key] ??= {})
  treeSet(inner as Tree, rest, value)
}

function treeGet(tree: Tree, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (here, key) => (typeof here === 'object' && here !== null ? (here as Tree)[key] : undefined),
    tree,
  )
}

function treeMerge(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const before = result[key]
    result[key] = isTree(before) && isTree(value) ? treeMerge(before, value) : value
  }
  return result
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
