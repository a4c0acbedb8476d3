/**
 * As whom PostgreSQL runs: it refuses to run as root. An ordinary user runs it directly. For root there is
 * a user namespace in which root's own uid is shown as `nobody`, so files under /root stay reachable and
 * nothing changes hands; where namespaces are not allowed, the real `nobody`. No system user is ever made.
 */
import { execFile, execFileSync, spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { promisify } from 'node:util'
import { OrreryError } from '@orrery/api/errors.ts'

export type RunAs =
  | { kind: 'self' }
  | { kind: 'namespace' }
  /** Another uid: `nobody`, or whoever owns a cluster that exists already. */
  | { kind: 'uid'; uid: number; gid: number }

const probeMs = 10_000
const namespaceArgs = ['--user', '--map-user=65534', '--map-group=65534', '--']

/** @param owner uid and gid of the cluster's folder when it exists: its owner is kept. */
export function runAsChoose(owner: { uid: number; gid: number } | undefined): RunAs {
  const uid = process.getuid?.()
  if (uid === undefined) throw new OrreryError('unavailable', 'The embedded PostgreSQL needs Linux or macOS')
  if (uid !== 0) {
    if (owner !== undefined && owner.uid !== uid) {
      throw new OrreryError(
        'forbidden',
        `The database belongs to user ${owner.uid}, this is user ${uid}: start as its owner, or choose another data directory`,
      )
    }
    return { kind: 'self' }
  }
  if (owner !== undefined && owner.uid !== 0) return { kind: 'uid', ...owner }
  if (namespacesWork()) return { kind: 'namespace' }
  if (owner !== undefined) {
    throw new OrreryError(
      'unavailable',
      'The database was made by root inside a user namespace, and this system no longer allows user namespaces: ' +
        'allow them, or give its folder `cluster` to an ordinary user with chown -R and start again',
    )
  }
  return { kind: 'uid', ...nobody() }
}

/** Runs a program to its end as that user; its output on success, its last words in the error. */
export async function runAsExec(
  as: RunAs,
  file: string,
  args: string[],
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<string> {
  const command = commandFor(as, file, args)
  const { stdout } = await promisify(execFile)(command.file, command.args, {
    ...command.ids,
    cwd: '/',
    env: environment(),
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    signal: options.signal,
    maxBuffer: 4 << 20,
  })
  return stdout
}

/** Starts a program in a session of its own, so that neither Ctrl-C nor our end reaches it. */
export function runAsSpawn(as: RunAs, file: string, args: string[], stdio: StdioOptions): ChildProcess {
  const command = commandFor(as, file, args)
  return spawn(command.file, command.args, {
    ...command.ids,
    cwd: '/',
    env: environment(),
    detached: true,
    stdio,
  })
}

function commandFor(as: RunAs, file: string, args: string[]) {
  switch (as.kind) {
    case 'self':
      return { file, args, ids: {} }
    case 'namespace':
      return { file: 'unshare', args: [...namespaceArgs, file, ...args], ids: {} }
    case 'uid':
      return { file, args, ids: { uid: as.uid, gid: as.gid } }
  }
}

/** A bare environment: PG* variables of the caller must not steer the server. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

function namespacesWork(): boolean {
  if (process.platform !== 'linux') return false
  try {
    const id = execFileSync('unshare', [...namespaceArgs, 'id', '-u'], {
      encoding: 'utf8',
      timeout: probeMs,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return id.trim() === '65534'
  } catch {
    return false
  }
}

function nobody(): { uid: number; gid: number } {
  const ask = (flag: string) =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8', timeout: probeMs }))
  try {
    return { uid: ask('-u'), gid: ask('-g') }
  } catch {
    // An image without a passwd file: the kernel's overflow ids are nobody all the same.
    return { uid: 65534, gid: 65534 }
  }
}
