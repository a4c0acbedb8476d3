/**
 * `npm run build`: makes dist/orrery, the one package that is published. Our sources and all that they import are
 * bundled; only the binaries per platform are left to npm, as optional dependencies.
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { entries as threads } from '../cli/entry.ts'
import { entries } from '../server/entry.ts'
import { consoleBuild } from './build-console.ts'
import { notices } from './notices.ts'

const ROOT = join(import.meta.dirname, '..')
const OUT = join(ROOT, 'dist', 'orrery')

/** Modules that a package asks for in a `try` and does without. */
const ABSENT = ['pg-native']

interface Manifest {
  version: string
  description?: string
  optionalDependencies?: Record<string, string>
}

const manifestOf = (workspace: string): Manifest =>
  JSON.parse(readFileSync(join(ROOT, workspace, 'package.json'), 'utf8')) as Manifest

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
await bundle()
await consoleBuild(() => console.log('building the console'))
cpSync(join(ROOT, 'console', 'dist'), join(OUT, 'console'), {
  recursive: true,
  filter: (path) => !path.endsWith('.hash'),
})
writeLaunchers()
for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md']) cpSync(join(ROOT, file), join(OUT, file))
writeManifest()
console.log(`dist/orrery is ready: npm pack ./dist/orrery`)

async function bundle(): Promise<void> {
  const programs = [
    ...Object.entries(entries).map(([name, path]) => [name, join(ROOT, 'server', path)]),
    ...Object.entries(threads).map(([name, path]) => [name, join(ROOT, 'cli', path)]),
  ]
  const { metafile } = await build({
    entryPoints: { main: join(ROOT, 'cli', 'main.ts'), ...Object.fromEntries(programs) },
    outdir: join(OUT, 'lib'),
    // One flat folder: `entryPath` looks for programs beside the code that starts them.
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    keepNames: true,
    legalComments: 'none',
    external: ABSENT,
    metafile: true,
    logLevel: 'warning',
    // What CommonJS packages expect to find.
    banner: {
      js: [
        `import { createRequire as orreryRequire } from 'node:module'`,
        `var require = orreryRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname`,
      ].join('\n'),
    },
  })
  writeFileSync(join(OUT, 'THIRD-PARTY.txt'), notices(ROOT, Object.keys(metafile.inputs)))
}

/** The launchers of the checkout, pointed at the bundle. */
function writeLaunchers(): void {
  const from = join(ROOT, 'cli', 'bin')
  mkdirSync(join(OUT, 'bin'))
  for (const file of ['launch.js', 'leash.cjs', 'orrery.js', 'envcli.js', 'envserver.js']) {
    const target = join(OUT, 'bin', file)
    writeFileSync(target, readFileSync(join(from, file), 'utf8').replace('../main.ts', '../lib/main.js'))
    chmodSync(target, 0o755)
  }
}

function writeManifest(): void {
  const server = manifestOf('server')
  const cli = manifestOf('cli')
  const manifest = {
    name: 'orrery',
    version: cli.version,
    description: manifestOf('.').description,
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=20' },
    bin: { orrery: 'bin/orrery.js', envcli: 'bin/envcli.js', envserver: 'bin/envserver.js' },
    files: ['bin', 'lib', 'console', 'CHANGELOG.md', 'THIRD-PARTY.txt'],
    optionalDependencies: { ...cli.optionalDependencies, ...server.optionalDependencies },
  }
  writeFileSync(join(OUT, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}
