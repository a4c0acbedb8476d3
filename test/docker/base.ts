/**
 * An image that the Dockerfile can stand on where no registry of images can be reached: Debian's minimal system, this
 * Node.js, and npm with the certificates of this machine.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt'
const MINUTES_MS = 60_000

/** Why no base can be made here, or undefined. */
export function baseLack(): string | undefined {
  if (process.env['ORRERY_TEST_BASE']) return undefined
  if (process.getuid?.() !== 0)
    return 'only root can run debootstrap; ORRERY_TEST_BASE can name an image with Node.js 24'
  if (spawnSync('debootstrap', ['--version']).status !== 0)
    return 'there is no debootstrap; ORRERY_TEST_BASE can name an image with Node.js 24'
  return undefined
}

/** Makes the image under this name, or tags the one that ORRERY_TEST_BASE names. */
export async function baseImage(name: string): Promise<void> {
  const given = process.env['ORRERY_TEST_BASE']
  if (given) return run('docker', ['tag', given, name])
  const tree = mkdtempSync(join(tmpdir(), 'orrery-base-'))
  try {
    const suite = /VERSION_CODENAME=(\w+)/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
    run('debootstrap', ['--variant=minbase', '--include=ca-certificates', suite, tree])
    installNode(tree)
    const changes = [
      `ENV NODE_EXTRA_CA_CERTS=${BUNDLE}`,
      'ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    ]
    await importTree(tree, name, changes)
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
}

function installNode(tree: string): void {
  cpSync(realpathSync(process.execPath), join(tree, 'usr/local/bin/node'))
  if (existsSync(BUNDLE)) cpSync(BUNDLE, join(tree, BUNDLE), { dereference: true })
  const npm = dirname(dirname(realpathSync(which('npm'))))
  const modules = join(tree, 'usr/local/lib/node_modules')
  mkdirSync(modules, { recursive: true })
  cpSync(npm, join(modules, 'npm'), { recursive: true, dereference: true })
  for (const each of ['npm', 'npx']) {
    run('ln', ['-s', `../lib/node_modules/npm/bin/${each}-cli.js`, join(tree, 'usr/local/bin', each)])
  }
}

function which(program: string): string {
  const { stdout, status } = spawnSync('which', [program], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`there is no ${program} on the PATH`)
  return stdout.trim()
}

function importTree(tree: string, name: string, changes: string[]): Promise<void> {
  const tar = spawn('tar', ['--create', '--one-file-system', '--directory', tree, '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const args = ['import', ...changes.flatMap((change) => ['--change', change]), '-', name]
  const docker = spawn('docker', args, { stdio: [tar.stdout, 'ignore', 'inherit'], timeout: 5 * MINUTES_MS })
  return new Promise((resolve, reject) => {
    docker.on('error', reject)
    docker.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`docker import ended with ${code}`)),
    )
  })
}

/** Runs to the end and throws with its output when it fails. */
export function run(program: string, args: string[], env?: Record<string, string>): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 15 * MINUTES_MS,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...env },
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with ${status}\n${stdout}\n${stderr}`)
}
