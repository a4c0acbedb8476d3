/** YAML as plain values, with the line that each stands on. Cycles, repeated keys and alias bombs are refused. */
import { OrreryError } from '@orrery/api/errors.ts'
import { LineCounter, type Node, isAlias, isCollection, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { TraceFile } from '../../trace/csv.ts'

export type Path = readonly (string | number)[]

export type Yaml = {
  value: unknown
  /** Throws `invalid` with the file, the line of what stands at the path, and the message. */
  refuse(path: Path, message: string): never
}

const charactersMax = 4 * 2 ** 20
/** How often the values of a file may be used again, all aliases together. */
const aliasesMax = 1000

export function yamlRead({ name, text }: TraceFile): Yaml {
  if (text.length > charactersMax) {
    throw new OrreryError(
      'limit',
      `${name}: a scenario has at most ${charactersMax} characters; keep traces in files of their own`,
    )
  }
  const lines = new LineCounter()
  const fault = (offset: number, message: string) =>
    new OrreryError('invalid', `${name}:${Math.max(1, lines.linePos(offset).line)}: ${message}`)
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) throw fault(error.pos[0], sentence(error.message))
  const root = document.contents
  if (root === null)
    throw new OrreryError('invalid', `${name}: the file is empty; a scenario begins with its name`)

  const resolved = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node)
  const open = new Set<unknown>()
  const seen = new Set<unknown>()
  let aliases = 0
  function cyclesRefuse(node: unknown): void {
    if (isAlias(node)) aliases += 1
    if (aliases > aliasesMax) {
      throw fault(
        offsetOf(node),
        `parts of the file are used again more than ${aliasesMax} times; write them out`,
      )
    }
    const target = resolved(node)
    if (!isCollection(target)) return
    if (open.has(target)) {
      throw fault(
        offsetOf(node),
        'this refers to what it is part of; write it out, or refer to something else',
      )
    }
    // What others refer to as well is looked through once.
    if (seen.has(target)) return
    seen.add(target)
    open.add(target)
    for (const item of target.items) {
      if (isMap(target) || !isSeq(target)) cyclesRefuse((item as { value?: unknown }).value)
      else cyclesRefuse(item)
    }
    open.delete(target)
  }
  cyclesRefuse(root)

  /** The nearest there is: what is missing is told where it should be. */
  function nodeAt(path: Path): unknown {
    let node: unknown = root
    for (const [at, step] of path.entries()) {
      const target = resolved(node)
      if (isMap(target)) {
        const pair = target.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
        if (pair === undefined) return node
        // What is wrong is told at its key, even where its value begins on the next line.
        node = at === path.length - 1 ? pair.key : (pair.value ?? pair.key)
      } else if (isSeq(target)) node = target.items[Number(step)] ?? node
    }
    return node
  }
  return {
    value: valueOf(document, fault),
    refuse(path, message) {
      throw fault(offsetOf(nodeAt(path)), message)
    },
  }
}

function valueOf(
  document: ReturnType<typeof parseDocument>,
  fault: (offset: number, message: string) => OrreryError,
): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasesMax })
  } catch (cause) {
    throw fault(
      0,
      `the file uses its parts again too often (${String(cause)}); ${aliasesMax} times are the most`,
    )
  }
}

function offsetOf(node: unknown): number {
  const { range } = (node ?? {}) as Partial<Node>
  return range?.[0] ?? 0
}

function sentence(message: string): string {
  // Thousands of brackets inside each other are more than the parser can hold.
  if (message.includes('call stack')) return 'this is nested too deeply to be read'
  const [first = message] = message.split('\n')
  return `this is not YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`
}
