/** A Python with what `python/orrery-gym` needs, made once and kept beside the packages of npm. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const run = promisify(execFile)

const root = join(import.meta.dirname, '..', '..')
export const packageDir = join(root, 'python', 'orrery-gym')

const wanted = ['gymnasium>=1.1', 'numpy>=1.26', 'pytest>=8', 'onnx>=1.16']
const candidates = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10']

/** The path of the interpreter, or why there is none. */
export type Python = { path: string; lack?: undefined } | { path?: undefined; lack: string }

export async function pythonReady(): Promise<Python> {
  const system = await pythonFind()
  if (system === null) return { lack: 'there is no Python from 3.10 on here' }
  const digest = createHash('sha256')
    .update(`${system.version} ${wanted.join(' ')}`)
    .digest('hex')
  const folder = join(root, 'node_modules', '.cache', `orrery-python-${digest.slice(0, 12)}`)
  const path = join(folder, 'bin', 'python')
  const whole = join(folder, 'whole')
  if (existsSync(whole)) return { path }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    await run(system.name, ['-m', 'venv', folder], { timeout: 120_000 })
    const quiet = ['--quiet', '--disable-pip-version-check']
    await run(path, ['-m', 'pip', 'install', ...quiet, ...wanted], { timeout: 300_000 })
  } catch (error) {
    const [line = 'no reason given'] = String(error instanceof Error ? error.message : error)
      .trim()
      .split('\n')
      .slice(-1)
    return { lack: `its packages could not be installed: ${line}` }
  }
  writeFileSync(whole, '')
  return { path }
}

/** Where Python finds the package, and the package the command. */
export function pythonEnv(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PYTHONPATH: join(packageDir, 'src'),
    PYTHONDONTWRITEBYTECODE: '1',
    ORRERY_COMMAND: `"${process.execPath}" "${join(root, 'cli', 'bin', 'orrery.js')}"`,
    ORRERY_ENVIRONMENTS_SOCKET: '',
  }
}

async function pythonFind(): Promise<{ name: string; version: string } | null> {
  for (const name of candidates) {
    try {
      const { stdout } = await run(name, ['-c', 'import sys; print(*sys.version_info[:3])'], {
        timeout: 20_000,
      })
      const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number)
      if (major === 3 && minor >= 10) return { name, version: stdout.trim() }
    } catch {
      // The next may be there.
    }
  }
  return null
}
