/** Binds and unbinds through the API against the placement function driven bare. */
import pg from 'pg'
import { connectionConfig } from '@orrery/server/db/database.ts'
import { overCapacity } from '../setup/invariants.ts'
import type { Bench, Report } from './bench.ts'
import { type Connection, requestBuffer } from './connection.ts'
import { hostsFill, machinesFill } from './fill.ts'
import { assertOk, closedLoop } from './load.ts'
import { type Stage, staged } from './stage.ts'
import { rounds } from './statistics.ts'

const hostCount = 250
const machineCount = 1000
const clients = 64
const secondsEach = 3
const roundCount = 5
const connectionCounts = [2, 4, 8, 16, 32]

export const bind: Bench = {
  name: 'bind',
  summary: 'concurrent binds and unbinds of 1,000 VMs, against the placement function driven bare',
  run: (report) =>
    staged(async (stage) => {
      const made = await stage.fill(async (ctx) => ({
        // Room for 4 VMs on average and 6 at most: some binds are refused, as they would be.
        hosts: await hostsFill(ctx, hostCount, 6),
        machines: await machinesFill(ctx, machineCount),
      }))
      await measure(report, stage, made.hosts, made.machines, '')
      // All of it on one host with room for everything: every call waits for the same row.
      await stage.query(
        `update node_allocation set cpu_limit = null, memory_limit = null where node_id = $1`,
        [made.hosts[0]],
      )
      await measure(report, stage, made.hosts.slice(0, 1), made.machines, 'hot-')
      const wrong = await overCapacity(stage.database.pool)
      if (wrong.length > 0) throw new Error(`hosts were over capacity: ${JSON.stringify(wrong.slice(0, 5))}`)
      report.say('No host was over capacity at any time, by its history and by its allocation.')
    }),
}

async function measure(
  report: Report,
  stage: Stage,
  hosts: string[],
  machines: string[],
  prefix: string,
): Promise<void> {
  const server = await stage.serve()
  const actor = await actorOf(stage)
  const bare = (connections: number, seconds: number) =>
    placements(stage, hosts, machines, actor, connections, seconds)
  let best = { connections: 0, perSecond: 0 }
  for (const connections of connectionCounts) {
    const perSecond = await bare(connections, 1)
    if (perSecond > best.perSecond) best = { connections, perSecond }
  }
  report.say(
    `${machines.length} VMs over ${hosts.length} host${hosts.length === 1 ? '' : 's'}: ${clients} clients bind and unbind theirs in turn for ${secondsEach} s; reference: workload_place with one item per call on ${best.connections} connections (best of ${connectionCounts.join(', ')}); median of ${roundCount} rounds in turn.`,
  )
  const calls = callsMake(server.url, server.token, hosts, machines)
  const perSecond = await rounds(
    roundCount,
    {
      sql: () => bare(best.connections, secondsEach),
      api: () => throughApi(stage, server.url, calls),
    },
    (name, round, value) => report.say(`  round ${round}  ${name}  ${Math.round(value)} calls/s`),
  )
  report.figure({ metric: `${prefix}sql`, value: perSecond.of('sql'), unit: 'calls/s' })
  report.figure({
    metric: `${prefix}api`,
    value: perSecond.of('api'),
    unit: 'calls/s',
    ratio: perSecond.ratio('api', 'sql'),
    ...(prefix === '' ? { goal: { atLeast: 0.5 } } : {}),
  })
  await server.close()
}

async function actorOf(stage: Stage): Promise<string> {
  const [row] = await stage.query<{ id: string }>(`select id from principal where kind = 'system'`)
  if (row === undefined) throw new Error('there is no system principal')
  return row.id
}

type Calls = { bind: Buffer[][]; unbind: Buffer[] }
/** Requests for every VM: its unbind, and its binds to a few hosts. */
function callsMake(url: string, token: string, hosts: string[], machines: string[]): Calls {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return {
    bind: machines.map((id, index) =>
      [0, 1, 2, 3].map((turn) =>
        requestBuffer(
          `${url}/api/v1/workloads/${id}/bind`,
          'POST',
          headers,
          JSON.stringify({ node: hosts[(index * 7 + turn * 31) % hosts.length] }),
        ),
      ),
    ),
    unbind: machines.map((id) =>
      requestBuffer(`${url}/api/v1/workloads/${id}/unbind`, 'POST', headers, '{}'),
    ),
  }
}

async function throughApi(stage: Stage, url: string, calls: Calls): Promise<number> {
  await allUnbound(stage)
  let answered = 0
  const began = performance.now()
  const until = began + secondsEach * 1000
  await closedLoop(url, clients, async (connection: Connection, client) => {
    for (let turn = 0; performance.now() < until; turn += 1) {
      for (let mine = client; mine < calls.unbind.length && performance.now() < until; mine += clients) {
        const bound = await connection.send(calls.bind[mine]?.[turn % 4] ?? Buffer.alloc(0))
        answered += 1
        if (bound.status === 409 && bound.body.includes('no_capacity')) continue
        assertOk(bound)
        assertOk(await connection.send(calls.unbind[mine] ?? Buffer.alloc(0)))
        answered += 1
      }
    }
  })
  return answered / ((performance.now() - began) / 1000)
}

/** The verb's own SQL, one item per call and one call at a time on each connection. */
async function placements(
  stage: Stage,
  hosts: string[],
  machines: string[],
  actor: string,
  connections: number,
  seconds: number,
): Promise<number> {
  await allUnbound(stage)
  const open = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client(connectionConfig({ connectionString: stage.connectionString }))
      await client.connect()
      return client
    }),
  )
  let answered = 0
  const began = performance.now()
  const until = began + seconds * 1000
  const call = async (client: pg.Client, id: string, mode: string, node: string | null): Promise<boolean> => {
    const { rows } = await client.query<{ outcome: string }>({
      name: 'place',
      text: `select outcome, detail, workload_id, node_id, from_node_id, state from workload_place(
        $1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[]) order by ord`,
      values: [
        [id],
        [mode],
        [node],
        [node === null ? 'pending' : 'running'],
        [null],
        ['bench'],
        [actor],
        ['bench'],
      ],
    })
    answered += 1
    const outcome = rows[0]?.outcome
    if (outcome !== 'ok' && outcome !== 'no_capacity') throw new Error(`${mode}: ${outcome}`)
    return outcome === 'ok'
  }
  await Promise.all(
    open.map(async (client, index) => {
      for (let turn = 0; performance.now() < until; turn += 1) {
        for (let mine = index; mine < machines.length && performance.now() < until; mine += connections) {
          const id = machines[mine] ?? ''
          const node = hosts[(mine * 7 + (turn % 4) * 31) % hosts.length] ?? ''
          if (await call(client, id, 'bind', node)) await call(client, id, 'unbind', null)
        }
      }
    }),
  )
  const perSecond = answered / ((performance.now() - began) / 1000)
  await Promise.all(open.map((client) => client.end()))
  return perSecond
}

/** Each measurement begins with every VM on no host; the clients of one leave theirs where the time was up. */
async function allUnbound(stage: Stage): Promise<void> {
  const bound = await stage.query<{ id: string }>(
    'select id from workload where node_id is not null order by id',
  )
  const actor = await actorOf(stage)
  if (bound.length === 0) return
  const of = <T>(value: T) => bound.map(() => value)
  await stage.query(
    `select outcome from workload_place($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[])`,
    [
      bound.map((row) => row.id),
      of('unbind'),
      of(null),
      of('pending'),
      of(null),
      of('bench'),
      of(actor),
      of('bench'),
    ],
  )
}
