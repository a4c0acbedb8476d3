/**
 * Builds the console into console/dist, if its sources changed since the last time. `orrery up` from a checkout calls
 * it before it listens; the published package carries the result instead.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const CONSOLE = join(ROOT, 'console')
const DIST = join(CONSOLE, 'dist')
const TIMEOUT_MS = 300_000

/** What the built console depends on: its own sources, those it imports, and the versions of everything else. */
const SOURCES = ['{console,api,core}/**/*', 'package-lock.json']
const IGNORED = /(^|\/)(node_modules|dist|fixtures)(\/|$)|\.test\.tsx?$/

/**
 * Makes console/dist agree with the sources. Resolves to whether it had to be built.
 *
 * @param onBuild called when it has to be, before a wait of some seconds
 * @throws with the output of vite when the build fails; the console that was there before stays
 */
export async function consoleBuild(onBuild?: () => void, signal?: AbortSignal): Promise<boolean> {
  const hash = sourceHash()
  const hashFile = join(DIST, '.hash')
  if (existsSync(hashFile) && readFileSync(hashFile, 'utf8') === hash) return false
  onBuild?.()
  // Built aside and moved, so that nobody is served half a console.
  const aside = join(CONSOLE, 'node_modules', '.orrery')
  const fresh = join(aside, `new-${process.pid}`)
  const stale = join(aside, `old-${process.pid}`)
  mkdirSync(aside, { recursive: true })
  try {
    await vite(['build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'], signal)
    writeFileSync(join(fresh, '.hash'), hash)
    // Another start may have done the same meanwhile: then its console stays, which somebody may be looking at.
    if (existsSync(hashFile) && readFileSync(hashFile, 'utf8') === hash) return true
    renameUnless(['ENOENT'], DIST, stale)
    renameUnless(['ENOTEMPTY', 'EEXIST'], fresh, DIST)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    rmSync(stale, { recursive: true, force: true })
  }
  return true
}

function renameUnless(codes: readonly string[], from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code)))) throw error
  }
}

function sourceHash(): string {
  const hash = createHash('sha256')
  const files = globSync(SOURCES, {
    cwd: ROOT,
    withFileTypes: true,
    exclude: (entry) => IGNORED.test(entry.name),
  })
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const path of paths.sort()) {
    hash.update(path.slice(ROOT.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}

function vite(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const manifest = createRequire(join(CONSOLE, 'package.json')).resolve('vite/package.json')
  const bin = join(dirname(manifest), 'bin', 'vite.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: CONSOLE,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      ...(signal ? { signal } : {}),
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('close', (code, by) => {
      if (code === 0) resolve()
      else reject(new Error(`vite ${args[0]} ended with ${by ?? code}\n${Buffer.concat(output)}`))
    })
  })
}

if (process.argv[1] === import.meta.filename) {
  const started = performance.now()
  const built = await consoleBuild(() => console.log('building the console'))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(built ? `built in ${seconds} s` : 'the console is up to date')
}
