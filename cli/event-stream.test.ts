import { afterEach, expect, test } from 'vitest'
import { streamEvents } from './sse.ts'
import { type Listener, listener, problem } from './testing/listener.ts'
import { type Terminal, terminal } from './testing/terminal.ts'

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}
async function all(...texts: string[]): Promise<unknown[]> {
  const found = []
  for await (const event of streamEvents(chunks(...texts))) found.push(event)
  return found
}

test('events come whole however the bytes are cut', async () => {
  const whole = ': hello\n\nid: 1\nevent: change\ndata: a\ndata: b\n\nid:2\r\ndata:c\r\n\r\ndata: unfinished'
  const wanted = [
    { id: '1', type: 'change', data: 'a\nb' },
    { id: '2', type: 'message', data: 'c' },
  ]
  expect(await all(whole)).toEqual(wanted)
  expect(await all(...whole.split(''))).toEqual(wanted)
})

let server: Listener | undefined
let user: Terminal | undefined
afterEach(async () => {
  user?.close()
  await server?.close()
})

const event = (cursor: number): string =>
  JSON.stringify({
    cursor: String(cursor),
    at: '2026-01-31T12:00:00Z',
    verb: 'node.create',
    subjectName: `n${cursor}`,
    actorName: 'ada',
    reason: null,
  })

test('a cut stream is taken up after the last event: none missed, none twice', async () => {
  server = await listener(({ headers }, response) => {
    const last = Number(headers['last-event-id'] ?? 0)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`: connected\n\n`)
    for (const cursor of [last + 1, last + 2]) response.write(`id: ${cursor}\ndata: ${event(cursor)}\n\n`)
    // In the middle of the next one.
    response.write(`id: ${last + 3}\nda`, () => response.destroy())
    return null
  })
  user = terminal({ ORRERY_URL: server.url, ORRERY_TOKEN: 't' })
  const { code, out } = await user.run('watch --json --count 5 --filter kind:node')
  expect(code).toBe(0)
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).cursor),
  ).toEqual(['1', '2', '3', '4', '5'])
  expect(server.asked.map((asked) => asked.headers['last-event-id'])).toEqual([undefined, '2', '4'])
  expect(server.asked.map((asked) => asked.query.get('filter'))).toEqual([
    'kind:node',
    'kind:node',
    'kind:node',
  ])
})

test('what will not pass by itself ends the watching', async () => {
  server = await listener(() => problem(401, 'unauthorized', 'that token has expired'))
  user = terminal({ ORRERY_URL: server.url })
  expect(await user.run('watch')).toMatchObject({ code: 3 })
  expect(server.asked).toHaveLength(1)
})

test('Ctrl-C ends it with 130', async () => {
  server = await listener((_asked, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`id: 1\ndata: ${event(1)}\n\n`)
    return null
  })
  user = terminal({ ORRERY_URL: server.url })
  const stop = new AbortController()
  const { code, out } = await user.run('watch', { signal: stop.signal, onOut: () => stop.abort('SIGINT') })
  expect(code).toBe(130)
  expect(out).toContain('node.create')
})
