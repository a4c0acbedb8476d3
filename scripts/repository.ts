/** The files that belong to the project: tracked, or new and not ignored. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

/** Paths from the root, with forward slashes, sorted. */
export function repositoryPaths(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const paths = [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(ROOT, path)))
  return paths.sort()
}

const TEXT =
  /\.(ts|tsx|js|cjs|mjs|json|md|yaml|yml|css|html|svg|sql|sh|py|txt|csv)$|^\.[^/]+$|(^|\/)(Dockerfile|LICENSE|run)$/

/** Contents by path, of those files that hold text. */
export function readTexts(paths: readonly string[]): Map<string, string> {
  const texts = paths.filter((path) => TEXT.test(path))
  return new Map(texts.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]))
}

export const isSource = (path: string) =>
  /\.(ts|tsx|js|cjs|mjs)$/.test(path) && !/(^|\/)fixtures\//.test(path)
export const isTest = (path: string) => /\.test\.tsx?$/.test(path)
