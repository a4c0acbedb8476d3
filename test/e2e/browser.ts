/**
 * A browser for the tests: Debian's Chromium where it is installed, else the one that comes from npm, which runs as root
 * and as an ordinary user. Software rendering only, and no traffic of its own.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const launchWithinMs = 30_000
const unpackWithinMs = 60_000
const systemPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/lib/chromium/chromium']
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The language of a machine without one, which the browser calls `en-US@posix`: a page that asks for none has to bear it. */
const env = { ...process.env, LANGUAGE: '', LC_ALL: 'C' }

/** Headless, with a profile that is removed when it closes. Throws with what each browser said when none starts. */
export async function browserOpen(): Promise<Browser> {
  const failures: string[] = []
  for (const [name, find] of candidates) {
    try {
      const executablePath = await find()
      if (executablePath === null) failures.push(`${name} is not installed`)
      else return await chromium.launch({ executablePath, args: quiet, env, timeout: launchWithinMs })
    } catch (error) {
      failures.push(`${name} does not start: ${firstLines(error)}`)
    }
  }
  throw new Error(failures.join('; '))
}

/** Why no browser starts here, or undefined when one does. */
export async function browserLack(): Promise<string | undefined> {
  try {
    await (await browserOpen()).close()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const candidates: readonly [name: string, find: () => string | null | Promise<string | null>][] = [
  ["the system's Chromium", () => systemPaths.find((path) => existsSync(path)) ?? null],
  ['the Chromium from npm', npmChromium],
]

/**
 * The package unpacks itself to `$TMPDIR/chromium` and takes whatever is there for whole. So it is unpacked aside and
 * moved: two test files may do it at once, and another user's copy is not ours.
 */
async function npmChromium(): Promise<string> {
  const inside = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const { version } = JSON.parse(readFileSync(join(dirname(inside), '../../package.json'), 'utf8')) as {
    version: string
  }
  const folder = join(tmpdir(), `orrery-chromium-${version}-${userInfo().uid}`)
  const executable = join(folder, 'chromium')
  if (existsSync(executable)) return executable
  const aside = mkdtempSync(join(tmpdir(), 'orrery-unpack-'))
  try {
    const program = "await (await import('@sparticuz/chromium')).default.executablePath()"
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: import.meta.dirname,
      env: { ...process.env, TMPDIR: aside },
      timeout: unpackWithinMs,
    })
    renameSync(aside, folder)
  } catch (error) {
    // Whoever unpacked it at the same time was first.
    if (!existsSync(executable)) throw error
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
  return executable
}

function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n').slice(0, 4).join(' ').slice(0, 400)
}
