/**
 * `npm run dev`: the server, started again when one of its files changes, and the console with hot reloading in front
 * of it. Arguments go to `orrery up`; without any it is the demo with all facades.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createServer } from 'vite'

const ROOT = join(import.meta.dirname, '..')
const CONSOLE_PORT = 5173

const given = process.argv.slice(2)
const args = given.length > 0 ? given : ['--demo', '--facades', 'all']
const portAt = args.indexOf('--port')
const server = `http://127.0.0.1:${portAt === -1 ? '8080' : args[portAt + 1]}`

const child = spawn(
  process.execPath,
  ['--watch', '--watch-preserve-output', join(ROOT, 'cli', 'main.ts'), 'up', ...args],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ORRERY_PROGRAM: 'orrery', ORRERY_CONSOLE_BUILD: 'no' },
  },
)

// The console's own configuration sends what is not the console's to the server.
process.env['ORRERY_URL'] = server
const vite = await createServer({
  root: join(ROOT, 'console'),
  server: { port: CONSOLE_PORT, strictPort: true },
})
await vite.listen()
console.log(
  `The console reloads by itself at http://127.0.0.1:${CONSOLE_PORT}: use the sign-in link with this port.`,
)

// Ctrl-C reaches the server by itself when it comes from a terminal; told twice, it would not wait for its work to end.
const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    if (signal === 'SIGTERM' || !terminal) child.kill(signal)
  })
}
const [code] = (await once(child, 'exit')) as [number | null]
await vite.close()
process.exit(code ?? 1)
