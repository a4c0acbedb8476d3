/** Ways to put load on a server: as fast as it answers, or at a fixed pace whatever it does. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Connection, connectionOpen } from './connection.ts'

/** `count` connections, each with its next request as soon as the one before is answered. */
export async function closedLoop(
  url: string,
  count: number,
  work: (connection: Connection, index: number) => Promise<void>,
): Promise<void> {
  const connections = await Promise.all(Array.from({ length: count }, () => connectionOpen(url)))
  try {
    await Promise.all(connections.map((connection, index) => work(connection, index)))
  } finally {
    for (const connection of connections) connection.close()
  }
}

/**
 * Requests at a fixed pace for some time, each timed from the moment it was due: a server that stalls is charged for
 * everybody who waits. Returns the latencies in ms.
 */
export async function paced(
  url: string,
  pace: { perSecond: number; seconds: number; connections: number },
  request: (index: number) => Buffer,
): Promise<number[]> {
  const total = Math.round(pace.perSecond * pace.seconds)
  const latencies: number[] = []
  const began = performance.now()
  let next = 0
  await closedLoop(url, pace.connections, async (connection) => {
    while (next < total) {
      const index = next
      next += 1
      const due = began + (index * 1000) / pace.perSecond
      const early = due - performance.now()
      if (early > 0) await sleep(early)
      assertOk(await connection.send(request(index)))
      latencies.push(performance.now() - due)
    }
  })
  return latencies
}

export function assertOk(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw new Error(`the server answered ${answer.status}: ${answer.body.toString('utf8').slice(0, 500)}`)
}
