import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { notices } from './notices.ts'

const root = mkdtempSync(join(tmpdir(), 'orrery-notices-'))
afterEach(() => rmSync(root, { recursive: true }))

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

it('the licence and notice of every bundled package are told once, ours not', () => {
  write({
    'node_modules/a/package.json': '{"name":"a","version":"1.0.0","license":"MIT"}',
    'node_modules/a/LICENSE.md': 'Terms of a',
    'node_modules/a/NOTICE': 'Notice of a',
    'node_modules/@s/b/package.json': '{"name":"@s/b","version":"2.0.0","license":"ISC"}',
    'node_modules/a/node_modules/c/package.json': '{"name":"c","version":"3.0.0"}',
    'node_modules/a/node_modules/c/licence': 'Terms of c',
    'node_modules/unused/package.json': '{"name":"unused","version":"9.0.0"}',
  })
  const text = notices(root, [
    'cli/main.ts',
    'node_modules/a/lib/one.js',
    'node_modules/a/lib/two.js',
    'node_modules/@s/b/index.js',
    'node_modules/a/node_modules/c/c.js',
  ])
  const parts = text.split(/\n-{80}\n/).map((part) => part.trim())
  expect(parts).toEqual([
    '@s/b 2.0.0\n\nLicence: ISC',
    'a 1.0.0\n\nTerms of a\n\nNotice of a',
    'c 3.0.0\n\nTerms of c',
  ])
})
