/** Habits of the house that no linter knows: small rooms, no barrels, no loose ends, documents that tell the truth. */
import { posix } from 'node:path'
import { isSource } from './repository.ts'
import type { Module } from './modules.ts'

const LINES_MAX = 400

export interface House {
  /** Every path of the project, from its root. */
  paths: readonly string[]
  /** Contents of those that hold text. */
  texts: ReadonlyMap<string, string>
  modules: readonly Module[]
  /** Folders outside the project that nothing in it may name, such as where it is checked out. */
  elsewhere: readonly string[]
}

/** One line per finding, `path:line: what is wrong`. */
export function untidiness(house: House): string[] {
  return [
    ...longFiles(house),
    ...barrels(house),
    ...unfinishedWork(house),
    ...foreignPaths(house),
    ...deadFiles(house),
    ...brokenPaths(house),
    ...unexplainedDependencies(house),
  ]
}

function longFiles({ texts }: House): string[] {
  return [...texts]
    .filter(([path]) => isSource(path))
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path, lines }) => `${path}:${LINES_MAX + 1}: has ${lines} lines; is it still one room?`)
}

function barrels({ modules }: House): string[] {
  return modules
    .filter(({ barrel }) => barrel)
    .map(({ path }) => `${path}:1: only hands on what others export; import from where a thing is`)
}

/** Spelt in halves, so that this file does not find itself. */
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`)
const FOCUSED = /\b(it|test|describe)\.(only|todo)\(/

function unfinishedWork({ texts }: House): string[] {
  return [...texts].flatMap(([path, text]) => [
    ...matchingLines(text, UNFINISHED).map((line) => `${path}:${line}: marks unfinished work`),
    ...(isSource(path)
      ? matchingLines(text, FOCUSED).map(
          (line) => `${path}:${line}: leaves other tests out, or stands for one`,
        )
      : []),
  ])
}

/** A home folder with a name in it; `/home/<user>` and `$HOME` name nobody's. */
const HOME = /(?<![\w.$}])\/(home|Users)\/[a-z]\w+\//

function foreignPaths({ texts, elsewhere }: House): string[] {
  return [...texts].flatMap(([path, text]) => {
    const home = matchingLines(text, HOME)
    const named = elsewhere.flatMap((folder) =>
      matchingLines(text, new RegExp(`(?<![\\w.])${RegExp.escape(folder)}(?![\\w-])`)),
    )
    return [...new Set([...home, ...named])].map((line) => `${path}:${line}: names a path of one machine`)
  })
}

/** Pictures, data and fixtures that no text mentions. Sources are knip's business. */
function deadFiles({ paths, texts }: House): string[] {
  const candidates = paths.filter(
    (path) => /^docs\/.+\.(?!md$)\w+$/.test(path) || /(^|\/)fixtures\//.test(path),
  )
  const all = [...texts]
  return candidates
    .filter((path) => {
      const name = posix.basename(path)
      const stem = name.replace(/\.\w+$/, '')
      const folder = posix.basename(posix.dirname(path))
      return !all.some(
        ([other, text]) =>
          other !== path &&
          (text.includes(name) || text.includes(stem) || text.includes(`fixtures/${folder}`)),
      )
    })
    .map((path) => `${path}:1: nothing mentions it`)
}

const LINK = /\]\((?!\w+:|#|\/\/)([^)\s#]+)/g
const CODE = /`([^`\n]+)`/g

/** Paths that documents name, in links and in code spans, and that do not exist. */
function brokenPaths({ paths, texts }: House): string[] {
  const known = new Set<string>()
  for (const path of paths) {
    for (let each = path; each !== '.'; each = posix.dirname(each)) known.add(each)
  }
  const tops = new Set([...known].filter((path) => !path.includes('/')))
  const documents = [...texts].filter(([path]) => path.endsWith('.md'))
  return documents.flatMap(([document, text]) =>
    text.split('\n').flatMap((line, i) => {
      const links = [...line.matchAll(LINK)].map(([, to = '']) => posix.join(posix.dirname(document), to))
      const spans = [...line.matchAll(CODE)]
        .map(([, code = '']) => code)
        .filter((code) => isOurPath(code, tops))
      return [...links, ...spans]
        .map((path) => path.replace(/\/$/, ''))
        .filter((path) => !known.has(path) && !/(^|\/)(dist|node_modules)(\/|$)/.test(path))
        .map((path) => `${document}:${i + 1}: names ${path}, which does not exist`)
    }),
  )
}

/** `server/db/node.ts`, but not `server/providers/<kind>/`, `api/*.ts`, `npm run x` or `POST /hosts`. */
function isOurPath(code: string, tops: ReadonlySet<string>): boolean {
  if (!/^[\w.@/-]+$/.test(code) || !code.includes('/')) return false
  if (/\b[A-Z]{2,}\b/.test(code.replace(/[A-Z]+\.md$/, '')) || /\bNNNN\b/.test(code)) return false
  return tops.has(code.split('/')[0] ?? '')
}

/** A dependency needs a sentence in a decision: what it saves, what it drags in, how we would leave it. */
function unexplainedDependencies({ texts }: House): string[] {
  const decisions = [...texts].filter(([path]) => path.startsWith('docs/decisions/')).map(([, text]) => text)
  const explained = (name: string) =>
    decisions.some((text) => text.includes(`\`${name}\``) || text.includes(`\`${name.split('/')[0]}/*\``))
  return [...texts].flatMap(([path, text]) => {
    if (posix.basename(path) !== 'package.json' || path.includes('fixtures/')) return []
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text) as Record<string, object>
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter((name) => !name.startsWith('@orrery/') && !explained(name))
      .map((name) => `${path}:1: depends on ${name}, which no record in docs/decisions explains`)
  })
}

function matchingLines(text: string, pattern: RegExp): number[] {
  if (!pattern.test(text)) return []
  return text.split('\n').flatMap((line, i) => (pattern.test(line) ? [i + 1] : []))
}
