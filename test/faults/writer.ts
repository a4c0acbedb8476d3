/**
 * A client that writes and remembers what it was told: what was acknowledged must be there after any crash, and what was
 * under way when the answer did not come may be there or not, but not by half.
 */
import { randomUUID } from 'node:crypto'
import { operationUrl } from '@orrery/api/client.ts'
import { type InputOf, type OperationName, operations } from '@orrery/api/operations.ts'
import { assertOk } from '../bench/load.ts'
import { type Connection, connectionOpen, requestBuffer } from '../bench/connection.ts'

/** One workload as its writer knows it. */
export type Known = {
  name: string
  /** the states it may be in: one, or two while an answer is outstanding */
  possible: { exists: boolean; node: string | null; zone: string | null }[]
}
export type KnownBatch = { subjectId: string; ats: string[]; acknowledged: boolean }

export type Writer = {
  /** Writes until the server goes away. */
  run(url: string, token: string): Promise<void>
  known: ReadonlyMap<string, Known>
  batches: readonly KnownBatch[]
  /** of creates whose answer did not come */
  unanswered: { key: string; name: string }[]
  acknowledged(): number
  sent(): number
}

const samplesPerBatch = 5
const samplesEvery = 4

export function writerCreate(
  prefix: string,
  nodes: readonly { id: string; name: string }[],
  random: () => number,
): Writer {
  const known = new Map<string, Known>()
  const batches: KnownBatch[] = []
  const unanswered: { key: string; name: string }[] = []
  let acknowledged = 0
  let sent = 0
  let instant = Date.now() - 86_400_000

  async function call<K extends OperationName>(
    connection: Connection,
    url: string,
    token: string,
    name: K,
    input: InputOf<K>,
    key?: string,
  ): Promise<void> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` }
    if (input.body !== undefined) headers['content-type'] = 'application/json'
    if (key !== undefined) headers['idempotency-key'] = key
    const body = input.body === undefined ? '' : JSON.stringify(input.body)
    sent += 1
    const request = requestBuffer(url + operationUrl(name, input), operations[name].method, headers, body)
    assertOk(await connection.send(request))
    acknowledged += 1
  }

  /** While it is under way both are possible; once it is answered only the new one. */
  async function change(
    workload: Known,
    to: Partial<Known['possible'][number]>,
    work: () => Promise<void>,
  ): Promise<void> {
    const [now] = workload.possible
    if (now === undefined) throw new Error('a workload has no state')
    const next = { ...now, ...to }
    workload.possible = [now, next]
    await work()
    workload.possible = [next]
  }

  async function step(connection: Connection, url: string, token: string, turn: number): Promise<void> {
    if (turn % samplesEvery === 0) return samples(connection, url, token)
    const settled = [...known.values()].filter(
      ({ possible }) => possible.length === 1 && possible[0]?.exists === true,
    )
    const mine = settled[Math.floor(random() * settled.length)]
    if (mine === undefined || settled.length < 4 || random() < 0.1) return create(connection, url, token)
    const ref = mine.name
    const state = mine.possible[0]
    const node = nodes[Math.floor(random() * nodes.length)]
    if (state === undefined || node === undefined) return
    const zone = randomUUID().slice(0, 8)
    if (random() < 0.2)
      return change(mine, { zone }, () =>
        call(connection, url, token, 'workloadUpdate', { ref, body: { labels: { zone } } }),
      )
    if (random() < 0.1)
      return change(mine, { exists: false, node: null }, () =>
        call(connection, url, token, 'workloadDelete', { ref }),
      )
    if (state.node === null)
      return change(mine, { node: node.name }, () =>
        call(connection, url, token, 'workloadBind', { ref, body: { node: node.name } }),
      )
    if (random() < 0.4 && node.name !== state.node)
      return change(mine, { node: node.name }, () =>
        call(connection, url, token, 'workloadMigrate', { ref, body: { node: node.name } }),
      )
    return change(mine, { node: null }, () =>
      call(connection, url, token, 'workloadUnbind', { ref, body: {} }),
    )
  }

  async function create(connection: Connection, url: string, token: string): Promise<void> {
    const name = `${prefix}-${known.size}`
    const key = randomUUID()
    const workload: Known = { name, possible: [{ exists: false, node: null, zone: null }] }
    known.set(name, workload)
    unanswered.push({ key, name })
    await change(workload, { exists: true }, () =>
      call(connection, url, token, 'workloadCreate', { body: createBody(name) }, key),
    )
    unanswered.pop()
  }

  async function samples(connection: Connection, url: string, token: string): Promise<void> {
    const subject = nodes[Math.floor(random() * nodes.length)]
    if (subject === undefined) return
    const ats = Array.from({ length: samplesPerBatch }, () => {
      instant += 1
      return new Date(instant).toISOString()
    })
    const batch: KnownBatch = { subjectId: subject.id, ats, acknowledged: false }
    batches.push(batch)
    // The prefix makes the values of writers that write of the same node tell apart.
    const body = {
      samples: ats.map((at) => ({ subjectId: subject.id, at, cpuCores: Number(prefix.split('-')[1]) })),
    }
    await call(connection, url, token, 'sampleIngest', { body })
    batch.acknowledged = true
  }

  return {
    known,
    batches,
    unanswered,
    acknowledged: () => acknowledged,
    sent: () => sent,
    async run(url, token) {
      // What was left open by the crash before is left alone: both its states stay possible.
      const connection = await connectionOpen(url).catch(() => null)
      if (connection === null) return
      try {
        for (let turn = 0; ; turn += 1) await step(connection, url, token, turn)
      } catch (error) {
        // The server was killed; anything that it answered itself is a fault.
        if (error instanceof Error && error.message.startsWith('the server answered')) throw error
      } finally {
        connection.close()
      }
    },
  }
}

export function createBody(name: string) {
  return { name, demand: { cpuCores: 0.5, memoryBytes: 1024 }, autoPlace: false }
}
