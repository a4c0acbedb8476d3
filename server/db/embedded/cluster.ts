/**
 * Makes the cluster and keeps its files right. initdb works in a folder beside the final one, which is
 * renamed when complete: an interrupted first start leaves nothing that looks like a database.
 */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OrreryError } from '@orrery/api/errors.ts'
import { sharedDir, type Binaries } from './binaries.ts'
import { confText, type Address } from './conf.ts'
import type { Place } from './place.ts'
import { runAsExec, type RunAs } from './run-as.ts'

const initMs = 120_000

/** The password of this data directory; a new random one when there is no cluster yet. */
export function passwordReady(dataDir: string, place: Place): string {
  const file = join(dataDir, 'password')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  if (existsSync(place.dir)) {
    throw new OrreryError(
      'unavailable',
      `${file} is missing, and ${place.dir} cannot be opened without it: bring it back`,
    )
  }
  const password = randomBytes(32).toString('hex')
  writeWhole(file, `${password}\n`, 0o600)
  return password
}

/** Runs initdb unless the cluster exists, and refuses one that another major version made. */
export async function clusterReady(place: Place, binaries: Binaries, password: string, signal?: AbortSignal) {
  sweep(place)
  if (!existsSync(place.dir)) await clusterInit(place, binaries, password, signal)
  const version = readFileSync(join(place.dir, 'PG_VERSION'), 'utf8').trim()
  if (version !== binaries.major) {
    throw new OrreryError(
      'unavailable',
      `The database in ${place.dir} was made by PostgreSQL ${version} and this is ${binaries.major}: ` +
        'run `orrery backup` with the release that made it, then `orrery restore` with this one',
    )
  }
}

/** Writes the settings for the next start. */
export function clusterConfigure(place: Place, address: Address): void {
  const file = join(place.dir, 'orrery.conf')
  writeWhole(file, confText(address), 0o600)
  give(place.as, file)
}

async function clusterInit(
  place: Place,
  binaries: Binaries,
  password: string,
  signal: AbortSignal | undefined,
) {
  const parent = dirname(place.dir)
  if (!existsSync(parent)) mkdirSync(parent, { recursive: true })
  if (place.as.kind === 'uid') openToOthers(parent)

  const stage = join(parent, `${basename(place.dir)}.init-${process.pid}-${randomBytes(4).toString('hex')}`)
  const data = join(stage, 'data')
  const passwordFile = join(stage, 'password')
  try {
    mkdirSync(stage, { mode: 0o700 })
    give(place.as, stage)
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    give(place.as, passwordFile)
    await runAsExec(
      place.as,
      binaries.initdb,
      [
        `--pgdata=${data}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      { timeoutMs: initMs, signal },
    )
    writeFileSync(join(data, 'postgresql.conf'), "\ninclude_if_exists = 'orrery.conf'\n", {
      flag: 'a',
      flush: true,
    })
    renameSync(data, place.dir)
    syncDir(parent)
  } catch (cause) {
    signal?.throwIfAborted()
    throw new OrreryError('unavailable', `initdb could not make a database in ${place.dir}`, {
      cause,
      detail: cause instanceof Error ? cause.message : String(cause),
    })
  } finally {
    rmSync(stage, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** Removes what an interrupted first start left. Only the claim's holder comes here, so nobody uses it. */
function sweep(place: Place): void {
  const parent = dirname(place.dir)
  if (!existsSync(parent)) return
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(`${basename(place.dir)}.init-`)) continue
    // Its initdb may still be writing for a moment.
    rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** The account that runs the server must get through; what lies inside has rights of its own. */
function openToOthers(dir: string): void {
  chmodSync(dir, 0o711)
  if (dirname(dir) === sharedDir) chmodSync(sharedDir, 0o755)
}

function give(as: RunAs, path: string): void {
  if (as.kind === 'uid') chownSync(path, as.uid, as.gid)
}

/** Replaces a file at once and durably: a reader sees the old text or the new one. */
function writeWhole(file: string, text: string, mode: number): void {
  const draft = `${file}.${process.pid}.tmp`
  writeFileSync(draft, text, { mode, flush: true })
  renameSync(draft, file)
  syncDir(dirname(file))
}

function syncDir(dir: string): void {
  const handle = openSync(dir, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
