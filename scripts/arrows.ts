/**
 * Which part of the house may import which, and what `core` may not touch. A part is a folder or a file; the first one
 * in the list that contains a path decides. The same rules stand in ARCHITECTURE.md in words.
 */
import { posix } from 'node:path'
import { isTest } from './repository.ts'
import type { Module } from './modules.ts'

interface Part {
  /** Path pattern; `*` stands for one segment or a piece of it. */
  at: string
  /** Patterns of what it may import, beside itself. */
  may: readonly string[]
  /** Patterns of what it may load with `import()`, when it is asked for. */
  mayLoad?: readonly string[]
  /** Runs in a browser: no module of Node.js. */
  browser?: true
  /** Same input, same output: no clock, no chance, no process, no network. */
  pure?: true
}

const SHARED = ['api', 'core']
/**
 * Files directly under server/. Those that import a part of it put the parts together, and no part may import them;
 * the others (entry points, settings) are ground that every part stands on.
 */
const GROUND = [...SHARED, 'server/*.ts']
const CONTRACT = 'server/providers/provider.ts'

/** A test sets its stage with whatever is above: rows by verbs, sessions over HTTP. */
const TESTS = ['test', 'server']

const PARTS: readonly Part[] = [
  { at: 'api', may: [], browser: true },
  { at: 'core', may: ['api'], browser: true, pure: true },
  { at: 'server/*.ts', may: [...SHARED, 'server'] },
  { at: 'server/db', may: GROUND },
  { at: 'server/twin', may: [...GROUND, 'server/db'] },
  { at: 'server/verbs', may: [...GROUND, 'server/db', 'server/twin', CONTRACT] },
  { at: 'server/loops', may: [...GROUND, 'server/db', 'server/verbs', CONTRACT] },
  { at: 'server/environments', may: GROUND },
  { at: 'server/demo', may: [...GROUND, 'server/db', 'server/verbs', 'server/loops'] },
  // A provider whose world lives in the database is handed one.
  { at: CONTRACT, may: [...GROUND, 'server/db/database.ts'] },
  { at: 'server/providers/*.ts', may: [...GROUND, 'server/providers'] },
  { at: 'server/providers/emulator', may: [...GROUND, 'server/db', CONTRACT] },
  { at: 'server/providers/*', may: [...GROUND, CONTRACT] },
  { at: 'server/facades/*.ts', may: [...GROUND, 'server/verbs', 'server/facades'] },
  { at: 'server/facades/*', may: [...GROUND, 'server/verbs', 'server/facades/*.ts'] },
  // Who calls, and the event stream, are read where they are kept.
  { at: 'server/http', may: [...GROUND, 'server/db', 'server/verbs'] },
  { at: 'cli', may: SHARED, mayLoad: ['server', 'scripts/build-console.ts'] },
  { at: 'console', may: SHARED, browser: true },
  { at: 'test', may: ['*'] },
  { at: 'scripts', may: ['*'] },
  { at: '*.config.ts', may: ['*'] },
]

const IMPURE =
  /^(Date\.now|Date\(\)|new Date\(\)|Math\.random|performance\..*|process\..*|fetch\(\)|crypto\..*)$/
const IMPURE_THROUGH_GLOBAL = /^globalThis\.(Date|Math|performance|process|fetch|crypto|\[…\])$/

/** One line per violation, `path:line: what is wrong`. */
export function arrowViolations(modules: readonly Module[]): string[] {
  const composing = composingFiles(modules)
  return [...modules.flatMap((module) => violationsOf(module, composing)), ...folderCycles(modules)]
}

/** Files directly under server/ that import a part of it, themselves or through another such file. */
function composingFiles(modules: readonly Module[]): Set<string> {
  const ground = modules.filter(({ path }) => contains('server/*.ts', path) && !isTest(path))
  const composing = new Set<string>()
  for (let before = -1; before < composing.size;) {
    before = composing.size
    for (const { path, imports } of ground) {
      const targets = imports
        .filter(({ dynamic }) => !dynamic)
        .map((each) => resolveOwn(path, each.specifier) ?? '')
      if (targets.some((to) => contains('server/*/*', to) || composing.has(to))) composing.add(path)
    }
  }
  return composing
}

function violationsOf(module: Module, composing: ReadonlySet<string>): string[] {
  const part = PARTS.find((each) => contains(each.at, module.path))
  if (!part) return [`${module.path}:1: belongs to no part that scripts/arrows.ts knows`]
  const found: string[] = []
  const say = (line: number, what: string) => found.push(`${module.path}:${line}: ${what}`)
  const test = isTest(module.path)
  for (const { specifier, dynamic, line } of module.imports) {
    const target = resolveOwn(module.path, specifier)
    if (target === undefined) {
      if (part.browser && !test && specifier.startsWith('node:'))
        say(line, `${part.at} may not import ${specifier}`)
      continue
    }
    const allowed = [...part.may, ...(dynamic ? (part.mayLoad ?? []) : []), ...(test ? TESTS : [])]
    const inPart = contains('server/*/*', module.path) && !test
    const known = own(part.at, module.path, target) || allowed.some((pattern) => contains(pattern, target))
    if (known && !(inPart && composing.has(target))) continue
    const lazily = !dynamic && part.mayLoad?.some((pattern) => contains(pattern, target))
    say(
      line,
      `${part.at} may not import ${target}${lazily ? ' (except with import() when it is needed)' : ''}`,
    )
  }
  if (part.pure && !test) {
    for (const { name, line } of module.globals) {
      if (IMPURE.test(name) || IMPURE_THROUGH_GLOBAL.test(name)) {
        say(line, `${part.at} may not use ${name}: time and chance are arguments`)
      }
    }
  }
  return found
}

/** The path of a file of ours, or undefined for a package or a module of Node.js. */
function resolveOwn(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  if (specifier.startsWith('@orrery/')) return specifier.slice('@orrery/'.length)
  return undefined
}

function contains(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const segments = path.split('/')
  if (segments.length < wanted.length) return false
  if (wanted.at(-1)?.includes('.') && segments.length !== wanted.length) return false
  return wanted.every((segment, i) => {
    const [before = '', after] = segment.split('*')
    const here = segments[i] ?? ''
    return after === undefined ? here === segment : here.startsWith(before) && here.endsWith(after)
  })
}

/** Whether both lie in the same concrete folder of a part: `server/providers/*` is one part per provider. */
function own(pattern: string, path: string, target: string): boolean {
  if (!contains(pattern, target)) return false
  const depth = pattern.split('/').length
  return path.split('/').slice(0, depth).join('/') === target.split('/').slice(0, depth).join('/')
}

/**
 * Folders that import each other in a ring. A folder and one inside it are one room with an alcove and may know each
 * other; `import()` is how a ring is cut on purpose.
 */
function folderCycles(modules: readonly Module[]): string[] {
  const edges = new Map<string, Map<string, string>>()
  for (const module of modules) {
    if (isTest(module.path)) continue
    const from = posix.dirname(module.path)
    for (const { specifier, dynamic, line } of module.imports) {
      const target = resolveOwn(module.path, specifier)
      if (target === undefined || dynamic) continue
      const to = posix.dirname(target)
      if (to === from || to.startsWith(`${from}/`) || from.startsWith(`${to}/`)) continue
      const out = edges.get(from) ?? new Map<string, string>()
      if (!out.has(to)) out.set(to, `${module.path}:${line}`)
      edges.set(from, out)
    }
  }
  const found = new Map<string, string>()
  for (const start of edges.keys()) {
    const ring = shortestRing(start, edges)
    if (!ring) continue
    const key = [...ring].sort().join(' ')
    const first = edges.get(start)?.get(ring[1] ?? start) ?? start
    if (!found.has(key))
      found.set(key, `${first}: folders import each other: ${[...ring, start].join(' -> ')}`)
  }
  return [...found.values()]
}

function shortestRing(start: string, edges: Map<string, Map<string, string>>): string[] | undefined {
  const queue = [[start]]
  const seen = new Set<string>()
  for (let path = queue.shift(); path; path = queue.shift()) {
    for (const next of edges.get(path.at(-1) ?? start)?.keys() ?? []) {
      if (next === start) return path
      if (seen.has(next)) continue
      seen.add(next)
      queue.push([...path, next])
    }
  }
  return undefined
}
