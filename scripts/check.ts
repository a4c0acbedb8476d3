/**
 * `npm run check`: every static check and the fast tests, in under a minute. One line per check, its output only when
 * it fails. `npm run check -- tidy arrows` runs the named ones.
 */
import { spawn } from 'node:child_process'
import { availableParallelism, homedir } from 'node:os'
import { join } from 'node:path'
import { arrowViolations } from './arrows.ts'
import { readModule } from './modules.ts'
import { isSource, readTexts, repositoryPaths, ROOT } from './repository.ts'
import { untidiness } from './tidy.ts'

const TIMEOUT_MS = 480_000

interface Check {
  name: string
  /** Resolves to what is wrong, in words; to nothing when all is well. */
  run(): Promise<string>
}

const bin = (path: string) => join(ROOT, 'node_modules', path)

/** The longest first, so that none is left running alone at the end. */
const CHECKS: readonly Check[] = [
  tool('test', bin('vitest/vitest.mjs'), 'run', '--project', 'pure', 'api/', 'core/', 'scripts/'),
  tool('types', bin('typescript/bin/tsc'), '--noEmit', '--pretty', 'false'),
  tool('unused', bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'),
  tool('lint', bin('oxlint/bin/oxlint'), '--deny-warnings'),
  tool('format', bin('oxfmt/bin/oxfmt'), '--check', '.'),
  { name: 'arrows', run: async () => arrowViolations(readModules()).join('\n') },
  { name: 'tidy', run: async () => untidiness(readHouse()).join('\n') },
]

function tool(name: string, file: string, ...args: string[]): Check {
  return {
    name,
    run: () =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [file, ...args], {
          cwd: ROOT,
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: TIMEOUT_MS,
          env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
        })
        const output: Buffer[] = []
        child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
        child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
        child.on('error', (error) => resolve(`cannot be started: ${error.message}`))
        child.on('close', (code, signal) => {
          if (code === 0) resolve('')
          else resolve(`${Buffer.concat(output)}\nended with ${signal ?? `exit code ${code}`}`)
        })
      }),
  }
}

function readModules() {
  const texts = readTexts(repositoryPaths().filter(isSource))
  return [...texts].map(([path, text]) => readModule(path, text))
}

function readHouse() {
  const paths = repositoryPaths()
  const home = homedir()
  // The administrator's home has the same name everywhere and documents may speak of it.
  const elsewhere = home === '/root' ? [ROOT] : [ROOT, home]
  return { paths, texts: readTexts(paths), modules: readModules(), elsewhere }
}

async function verdict({ name, run }: Check): Promise<boolean> {
  const started = performance.now()
  const wrong = await run().catch((error: unknown) => String(error))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${wrong === '' ? 'ok  ' : 'FAIL'}  ${name.padEnd(8)} ${seconds.padStart(5)} s`)
  if (wrong !== '') console.log(wrong.trimEnd().replaceAll(/^/gm, '      '))
  return wrong === ''
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name))
if (unknown.length > 0) {
  console.error(
    `no check is called ${unknown.join(', ')}; there are ${CHECKS.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
const queue = CHECKS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const started = performance.now()
let failed = 0
const lanes = Array.from({ length: Math.max(2, availableParallelism()) }, async () => {
  for (let check = queue.shift(); check; check = queue.shift()) if (!(await verdict(check))) failed++
})
await Promise.all(lanes)
console.log(
  `\n${failed === 0 ? 'all well' : `${failed} failed`} after ${((performance.now() - started) / 1000).toFixed(1)} s`,
)
process.exit(failed === 0 ? 0 : 1)
