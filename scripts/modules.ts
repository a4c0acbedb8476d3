/** What the checks need to know about a source file: what it imports, which globals it touches, what it exports. */
import { parseSync, Visitor } from 'oxc-parser'
import type { BindingIdentifier, BindingPattern, BindingRestElement, ParamPattern } from 'oxc-parser'

export interface ModuleImport {
  specifier: string
  /** `import(…)` at run time; false for a type taken with `import('…')`. */
  dynamic: boolean
  line: number
}

export interface GlobalUse {
  /** As written: `Date.now`, `new Date()`, `fetch()`, `process.env`. */
  name: string
  line: number
}

export interface Module {
  path: string
  imports: ModuleImport[]
  globals: GlobalUse[]
  /** It exports, and nothing that it exports is its own. */
  barrel: boolean
}

/** Objects whose members are recorded as `object.member` in `globals`. */
const WATCHED_OBJECTS = new Set(['Date', 'Math', 'performance', 'process', 'crypto', 'globalThis'])

/** Functions whose calls are recorded as `name()`. */
const WATCHED_CALLS = new Set(['Date', 'fetch'])

/** Reads one file's source text. Throws when it does not parse. */
export function readModule(path: string, source: string): Module {
  const { program, module, errors } = parseSync(path, source)
  const broken = errors[0]
  if (broken) throw new Error(`${path} does not parse: ${broken.message}`)
  const lineOf = lineFinder(source)

  const imports: ModuleImport[] = []
  const add = (specifier: string, start: number, dynamic = false) =>
    imports.push({ specifier, dynamic, line: lineOf(start) })
  for (const each of module.staticImports) add(each.moduleRequest.value, each.start)
  for (const each of module.staticExports) {
    const from = each.entries.find((entry) => entry.moduleRequest)?.moduleRequest
    if (from) add(from.value, each.start)
  }

  const globals: GlobalUse[] = []
  const declared = new Set<string>()
  const use = (name: string, object: string, start: number) => {
    if (!declared.has(object)) globals.push({ name, line: lineOf(start) })
  }
  const declare = (pattern: Pattern) => {
    for (const name of boundNames(pattern)) declared.add(name)
  }
  const declareFunction = ({ id, params }: { id: BindingIdentifier | null; params: Pattern[] }) => {
    if (id) declare(id)
    params.forEach(declare)
  }
  new Visitor({
    VariableDeclarator: ({ id }) => declare(id),
    FunctionDeclaration: declareFunction,
    FunctionExpression: declareFunction,
    ArrowFunctionExpression: declareFunction,
    ImportSpecifier: ({ local }) => declare(local),
    ImportNamespaceSpecifier: ({ local }) => declare(local),
    ImportDefaultSpecifier: ({ local }) => declare(local),
  }).visit(program)
  new Visitor({
    ImportExpression(node) {
      if (node.source.type === 'Literal') add(String(node.source.value), node.start, true)
    },
    TSImportType(node) {
      add(node.source.value, node.start)
    },
    MemberExpression(node) {
      if (node.object.type !== 'Identifier' || !WATCHED_OBJECTS.has(node.object.name)) return
      const member = node.property.type === 'Identifier' ? node.property.name : '[…]'
      use(`${node.object.name}.${member}`, node.object.name, node.start)
    },
    CallExpression(node) {
      if (node.callee.type !== 'Identifier' || !WATCHED_CALLS.has(node.callee.name)) return
      use(`${node.callee.name}()`, node.callee.name, node.start)
    },
    NewExpression(node) {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date' || node.arguments.length > 0)
        return
      use('new Date()', 'Date', node.start)
    },
  }).visit(program)

  const exported = module.staticExports.flatMap((each) => each.entries)
  const barrel = exported.length > 0 && exported.every((entry) => entry.moduleRequest !== null)
  return { path, imports, globals, barrel }
}

type Pattern = BindingPattern | ParamPattern | BindingRestElement

/** The names that a parameter or a left-hand side gives a meaning to. */
function boundNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) =>
        boundNames(each.type === 'RestElement' ? each.argument : each.value),
      )
    case 'ArrayPattern':
      return pattern.elements.flatMap((each) => (each ? boundNames(each) : []))
    case 'AssignmentPattern':
      return boundNames(pattern.left)
    case 'RestElement':
      return boundNames(pattern.argument)
    case 'TSParameterProperty':
      return boundNames(pattern.parameter)
  }
}

function lineFinder(source: string) {
  const starts = [0]
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset: number) => {
    const after = starts.findIndex((start) => start > offset)
    return after === -1 ? starts.length : after
  }
}
