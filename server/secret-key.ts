import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { OrreryError } from '@orrery/api/errors.ts'
import { secretKeyBytes } from './db/seal.ts'

/**
 * The key that provider secrets are sealed with, from a file that only its owner can read. It is made when the first secret
 * is sealed; servers on one database need the same file, and a backup of the database is of no use to who has only that.
 */
export function secretKeyFile(path: string): (use: 'seal' | 'open') => Buffer {
  let known: Buffer | null = null
  return (use) => {
    known ??= keyRead(path) ?? (use === 'seal' ? keyMake(path) : null)
    if (known !== null) return known
    throw new OrreryError(
      'unavailable',
      `There is no key at ${path} to open the secrets of the database with. Put the file of the server that set them there, name it with --secret-key-file, or set the secrets anew.`,
    )
  }
}

function keyRead(path: string): Buffer | null {
  const text = textRead(path)
  if (text === null) return null
  const key = Buffer.from(text.trim(), 'base64url')
  if (key.length === secretKeyBytes) return key
  throw new OrreryError(
    'unavailable',
    `${path} is not a secret key: it must hold ${secretKeyBytes} bytes in base64url and nothing else.`,
  )
}

function textRead(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw unusable(path, error)
  }
}

/** Another server may be making it too: the file appears whole, and the first one stays. */
function keyMake(path: string): Buffer {
  const draft = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(draft, `${randomBytes(secretKeyBytes).toString('base64url')}\n`, {
      mode: 0o600,
      flush: true,
    })
    linkSync(draft, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unusable(path, error)
  } finally {
    unlinkIfThere(draft)
  }
  const key = keyRead(path)
  if (key === null) throw new Error(`the key at ${path} is gone right after it was made`)
  return key
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function unusable(path: string, error: unknown): OrreryError {
  return new OrreryError(
    'unavailable',
    `The secret key at ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
    { cause: error },
  )
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
