/** The program as a process: signals, pipes and exit codes as a shell sees them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Listener, json, listener } from './testing/listener.ts'

const main = join(import.meta.dirname, 'main.ts')
let server: Listener | undefined
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await server?.close()
})

type Started = {
  child: ChildProcess
  out: () => string
  ended: Promise<number | string | null>
  seen(text: string): Promise<void>
}

function start(args: readonly string[], env: Record<string, string>, shell?: string): Started {
  const [file, ...rest] =
    shell === undefined
      ? [process.execPath, main, ...args]
      : ['bash', '-c', shell, process.execPath, main, ...args]
  const child = spawn(file ?? '', rest, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  )
  return {
    child,
    out: () => out,
    ended,
    async seen(text) {
      for (let n = 0; n < 500 && !out.includes(text); n += 1)
        await new Promise((resolve) => setTimeout(resolve, 20))
      expect(out).toContain(text)
    },
  }
}

const event = JSON.stringify({
  cursor: '1',
  at: '2026-01-31T12:00:00Z',
  verb: 'node.create',
  subjectName: 'n1',
  actorName: null,
  reason: null,
})
async function eventServer(): Promise<string> {
  server = await listener((_asked, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`id: 1\ndata: ${event}\n\n`)
    return null
  })
  return server.url
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with %i and without a word', async (signal, code) => {
  const watch = start(['watch'], { ORRERY_URL: await eventServer(), ORRERY_TOKEN: 't' })
  await watch.seen('n1')
  const before = watch.out()
  watch.child.kill(signal)
  expect(await watch.ended).toBe(code)
  expect(watch.out()).toBe(before)
})

test('without a terminal, as under nohup, it outlives a hang-up', async () => {
  const watch = start(['watch'], { ORRERY_URL: await eventServer(), ORRERY_TOKEN: 't' })
  await watch.seen('n1')
  watch.child.kill('SIGHUP')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(watch.child.exitCode).toBeNull()
  watch.child.kill('SIGTERM')
  expect(await watch.ended).toBe(143)
})

test('a reader that has seen enough is no fault', async () => {
  const items = Array.from({ length: 5000 }, (_, n) => ({ id: `${n}`, name: `node-${n}` }))
  server = await listener(() => json({ items, next: null }))
  const list = start(
    ['node', 'list'],
    { ORRERY_URL: server.url, ORRERY_TOKEN: 't' },
    `"$0" "$@" | head -n 1; exit \${PIPESTATUS[0]}`,
  )
  expect(await list.ended).toBe(0)
  expect(list.out()).toMatch(/^NAME .*\n$/)
})

test.skipIf(!existsSync('/dev/full'))('a full disk is one line and 70', async () => {
  server = await listener(() => json({ items: [{ id: '1', name: 'n1' }], next: null }))
  const list = start(['node', 'list'], { ORRERY_URL: server.url, ORRERY_TOKEN: 't' }, `"$0" "$@" > /dev/full`)
  expect(await list.ended).toBe(70)
  expect(list.out()).toMatch(/^orrery: the output could not be written: ENOSPC.*\n$/)
})

test('messages that nobody reads are lost, and the work goes on', async () => {
  server = await listener(() => json({ id: 'i', name: 'lab' }, 201))
  const create = start(
    ['--verbose', 'site', 'create', 'lab', '--kind', 'edge'],
    { ORRERY_URL: server.url, ORRERY_TOKEN: 't' },
    `exec 3> >(exit 0); sleep 0.3; "$0" "$@" 2>&3`,
  )
  expect(await create.ended).toBe(0)
  expect(create.out()).toContain('lab')
})

test('ORRERY_PROGRAM is the name it goes by', async () => {
  const away = start(['hosts', 'ls'], {
    ORRERY_PROGRAM: 'envcli',
    ENVSERVER_HOST: '127.0.0.1',
    ENVSERVER_PORT: '1',
  })
  expect(await away.ended).toBe(255)
  expect(away.out()).toMatch(/^envcli: /)
})
