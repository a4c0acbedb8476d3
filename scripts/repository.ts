/** The files that belong to the project: tracked, or new and not ignored. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

/** Paths from the root, with forward slashes, sorted. */
export function repositoryPaths(): string[] {
  const listed = trackedList() ?? untrackedList()
  const paths = [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(ROOT, path)))
  return paths.sort()
}

/** Null where this is no checkout, but an archive of one. */
function trackedList(): string | null {
  if (!existsSync(join(ROOT, '.git'))) return null
  // Whoever owns the checkout: files are only listed.
  return git(['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'])
}

/** All that .gitignore lets through. */
function untrackedList(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-list-'))
  try {
    git(['init', '--quiet', '--bare', folder])
    return git([
      `--git-dir=${folder}`,
      `--work-tree=${ROOT}`,
      'ls-files',
      '-z',
      '--others',
      '--exclude-standard',
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function git(words: readonly string[]): string {
  return execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
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
