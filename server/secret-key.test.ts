import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { secretKeyBytes } from './db/seal.ts'
import { secretKeyFile } from './secret-key.ts'

function keyPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-key-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'below', 'secret.key')
}

test('the key is made when something is first sealed, for its owner alone, and is the same from then on', () => {
  const path = keyPath()
  const keyOf = secretKeyFile(path)
  expect(() => keyOf('open')).toThrow(`There is no key at ${path}`)
  expect(existsSync(path)).toBe(false)
  const key = keyOf('seal')
  expect(key).toHaveLength(secretKeyBytes)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(secretKeyFile(path)('open')).toEqual(key)
  expect(secretKeyFile(path)('seal')).toEqual(key)
})

test('a file that holds no key is refused and left as it is', () => {
  const path = join(keyPath(), '..', '..', 'notes.txt')
  writeFileSync(path, 'not a key\n')
  expect(() => secretKeyFile(path)('seal')).toThrow(`${path} is not a secret key`)
  expect(readFileSync(path, 'utf8')).toBe('not a key\n')
})
