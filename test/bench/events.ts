/** From a change's request to its event at every listener. */
import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { type Program, programStart } from '../setup/server-process.ts'
import type { Bench } from './bench.ts'
import { requestBuffer } from './connection.ts'
import { hostsFill } from './fill.ts'
import { paced } from './load.ts'
import { type Stage, staged } from './stage.ts'
import { percentile } from './statistics.ts'

const listenerCount = 50
const changesPerSecond = 50
const secondsEach = 6
const roundCount = 3
const writers = 8

export const events: Bench = {
  name: 'events',
  summary:
    'from a change to its server-sent event at 50 listeners, against a bare fan-out without a database',
  run: (report) =>
    staged(async (stage) => {
      const hosts = await stage.fill((ctx) => hostsFill(ctx, 200))
      const server = await stage.serve()
      const reference: Program<{ url: string }> = await programStart('fanout-server', {})
      const authorization = `Bearer ${server.token}`
      report.say(
        `${changesPerSecond} label changes a second for ${secondsEach} s, ${roundCount} rounds in turn, ${listenerCount} listeners; measured from the sending of a change's request to the receipt of its event, at each listener. Reference: the same frames from a bare HTTP server that writes a POSTed body to every listener.`,
      )
      const all: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] }
      for (let round = 1; round <= roundCount; round += 1) {
        const bare = await latencies(stage, reference.greeting.url, {}, (index, mark) =>
          requestBuffer(
            `${reference.greeting.url}/`,
            'POST',
            {},
            JSON.stringify({ mark, pad: 'x'.repeat(600), index }),
          ),
        )
        const ours = await latencies(
          stage,
          server.url,
          { authorization, accept: 'text/event-stream' },
          (index, mark) =>
            requestBuffer(
              `${server.url}/api/v1/nodes/${hosts[index % hosts.length]}`,
              'PATCH',
              { authorization, 'content-type': 'application/json' },
              JSON.stringify({ labels: { mark } }),
            ),
        )
        all.bare.push(...bare)
        all.ours.push(...ours)
        report.say(
          `  round ${round}  ours p50 ${percentile(ours, 50).toFixed(1)} p99 ${percentile(ours, 99).toFixed(1)} ms, bare p50 ${percentile(bare, 50).toFixed(1)} p99 ${percentile(bare, 99).toFixed(1)} ms`,
        )
      }
      await reference.close()
      await server.close()
      report.figure({ metric: 'bare-p99', value: percentile(all.bare, 99), unit: 'ms' })
      report.figure({ metric: 'p50', value: percentile(all.ours, 50), unit: 'ms' })
      report.figure({ metric: 'p99', value: percentile(all.ours, 99), unit: 'ms', goal: { atMost: 100 } })
    }),
}

/** Every listener's latency for every change; throws when one of them did not get one of them. */
async function latencies(
  stage: Stage,
  url: string,
  headers: Record<string, string>,
  change: (index: number, mark: string) => Buffer,
): Promise<number[]> {
  const total = changesPerSecond * secondsEach
  const marks = Array.from({ length: total }, () => randomUUID())
  const sentAt = new Map<string, number>()
  const found: number[] = []
  const listeners = await Promise.all(
    Array.from({ length: listenerCount }, () =>
      listen(url, headers, (mark) => {
        const sent = sentAt.get(mark)
        if (sent !== undefined) found.push(performance.now() - sent)
      }),
    ),
  )
  await paced(url, { perSecond: changesPerSecond, seconds: secondsEach, connections: writers }, (index) => {
    const mark = marks[index] ?? ''
    sentAt.set(mark, performance.now())
    return change(index, mark)
  })
  const deadline = performance.now() + 5000
  while (found.length < total * listenerCount && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10))
  for (const listener of listeners) listener.destroy()
  if (found.length !== total * listenerCount)
    throw new Error(`${found.length} events came, ${total * listenerCount} were due (${stage.folder})`)
  return found
}

const markPattern = /"mark": ?"([0-9a-f-]{36})"/g

/** A raw listener; a change's event holds its mark once before and once after, of which the first sight counts. */
async function listen(
  url: string,
  headers: Record<string, string>,
  onMark: (mark: string) => void,
): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.setEncoding('latin1')
  const seen = new Set<string>()
  let rest = ''
  const open = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.on('data', (chunk: string) => {
      rest += chunk
      if (rest.includes('retry: 1000')) resolve()
      const end = rest.lastIndexOf('\n\n')
      if (end < 0) return
      for (const match of rest.slice(0, end).matchAll(markPattern)) {
        const mark = match[1] ?? ''
        if (seen.has(mark)) continue
        seen.add(mark)
        onMark(mark)
      }
      rest = rest.slice(end)
    })
  })
  socket.write(requestBuffer(`${url}/api/v1/events`, 'GET', headers))
  await open
  return socket
}
