/**
 * Where the signed-in state of this user is kept. `ORRERY_URL` and `ORRERY_TOKEN` speak before it. A saved token is
 * only ever sent to the server that it was saved for.
 */
import { access, chmod, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Io } from './io.ts'

export type Session = {
  /** of the API, without a slash at the end */
  url: string
  token: string | null
  /** set when the token was made for this file: signing out then revokes it */
  tokenId: string | null
  /** URLs of the facades that were open on this machine, by name */
  facades: Record<string, string>
}

export function sessionPath(env: Io['env']): string {
  const home = env['XDG_CONFIG_HOME']
  const base = home !== undefined && home.startsWith('/') ? home : join(env['HOME'] ?? homedir(), '.config')
  return join(base, 'orrery', 'session.json')
}

/** Null when nobody has signed in. */
export async function sessionRead(env: Io['env']): Promise<Session | null> {
  const path = sessionPath(env)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    // Where a folder of the path is a file, there is no session either.
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return null
    throw new OrreryError('invalid', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
  return sessionParse(text, path)
}

function sessionParse(text: string, path: string): Session {
  const wrong = `${path} is not a session file; delete it and sign in again with \`orrery login\``
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new OrreryError('invalid', wrong, { cause })
  }
  if (typeof value !== 'object' || value === null) throw new OrreryError('invalid', wrong)
  const { url, token, tokenId, facades } = value as Record<string, unknown>
  if (typeof url !== 'string') throw new OrreryError('invalid', wrong)
  const named = typeof facades === 'object' && facades !== null ? Object.entries(facades) : []
  return {
    url,
    token: typeof token === 'string' ? token : null,
    tokenId: typeof tokenId === 'string' ? tokenId : null,
    facades: Object.fromEntries(
      named.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  }
}

/** Throws where a session could not be kept: to be asked before a code is spent that is good for once. */
export async function sessionPlaceReady(env: Io['env']): Promise<void> {
  await kept(env, async (path) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await access(dirname(path), constants.W_OK | constants.X_OK)
  })
}

/** Replaces the file in one step, readable by this user only. Returns its path. */
export async function sessionWrite(env: Io['env'], session: Session): Promise<string> {
  return await kept(env, async (path) => {
    const partial = `${path}.${process.pid}`
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await rm(partial, { force: true })
    await writeFile(partial, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    // The mode above is cut by the umask; this one is not.
    await chmod(partial, 0o600)
    await rename(partial, path)
  })
}

async function kept(env: Io['env'], run: (path: string) => Promise<void>): Promise<string> {
  const path = sessionPath(env)
  try {
    await run(path)
    return path
  } catch (cause) {
    throw new OrreryError(
      'invalid',
      `the session cannot be kept in ${path} (XDG_CONFIG_HOME names another folder): ${(cause as Error).message}`,
      { cause },
    )
  }
}

export async function sessionRemove(env: Io['env']): Promise<void> {
  await rm(sessionPath(env), { force: true })
}
