/** Single-sample POSTs on the envserver facade, each answered when it is durable, against one INSERT per POST. */
import { type Program, type ServerProcess, programStart } from '../setup/server-process.ts'
import type { Report } from './bench.ts'
import { requestBuffer } from './connection.ts'
import { assertOk, closedLoop } from './load.ts'
import type { Stage } from './stage.ts'
import { rounds } from './statistics.ts'

const connections = 64
const secondsEach = 2
const roundCount = 11
const poolSizes = [8, 16, 32]

export async function singlePosts(report: Report, stage: Stage): Promise<void> {
  const server = await stage.serve(['envserver'])
  const url = facadeUrl(server, 'envserver')
  const inserts = await bestReference(stage, 'insert-server', { prepared: false })
  const prepared = await bestReference(stage, 'insert-server', { prepared: true })
  const verbs = await bestReference(stage, 'insert-facade')
  try {
    report.say(
      `Single POSTs /metrics with ${connections} connections for ${secondsEach} s; reference: a bare HTTP server that checks nothing, with one INSERT per POST (best of pools of ${poolSizes.join(', ')}: ${inserts.poolSize}); for comparison the same with the INSERT prepared (best pool: ${prepared.poolSize}), and the same route written as every other verb is, with a transaction per POST (best pool: ${verbs.poolSize}); median of ${roundCount} rounds in turn.`,
    )
    const perSecond = await rounds(
      roundCount,
      {
        inserts: () => posts(stage, inserts.reference.greeting.url),
        prepared: () => posts(stage, prepared.reference.greeting.url),
        verbs: () => posts(stage, verbs.reference.greeting.url),
        single: () => posts(stage, url),
      },
      (name, round, value) => report.say(`  round ${round}  ${name.padEnd(8)} ${Math.round(value)} POSTs/s`),
    )
    report.figure({ metric: 'inserts', value: perSecond.of('inserts'), unit: 'POSTs/s' })
    for (const [metric, name] of [
      ['prepared', 'prepared'],
      ['transactions', 'verbs'],
    ] as const) {
      report.figure({
        metric,
        value: perSecond.of(name),
        unit: 'POSTs/s',
        ratio: perSecond.ratio('single', name),
      })
    }
    report.figure({
      metric: 'single',
      value: perSecond.of('single'),
      unit: 'POSTs/s',
      ratio: perSecond.ratio('single', 'inserts'),
      goal: { atLeast: 4 },
    })
  } finally {
    await inserts.reference.close()
    await prepared.reference.close()
    await verbs.reference.close()
    await server.close()
  }
}

export function facadeUrl(server: ServerProcess, name: string): string {
  const listener = server.listeners.find((each) => each.name === name)
  if (listener?.state !== 'open')
    throw new Error(`the facade ${name} is not open: ${listener?.reason ?? 'there is no such facade'}`)
  return listener.url
}

type Reference = Program<{ url: string }>
async function bestReference(
  stage: Stage,
  program: 'insert-facade' | 'insert-server',
  options: object = {},
): Promise<{ reference: Reference; poolSize: number }> {
  let best = { poolSize: 0, perSecond: 0 }
  const start = (size: number): Promise<Reference> =>
    programStart(program, { connectionString: stage.connectionString, connections: size, ...options })
  for (const size of poolSizes) {
    const reference = await start(size)
    const perSecond = await posts(stage, reference.greeting.url, 1.5)
    await reference.close()
    if (perSecond > best.perSecond) best = { poolSize: size, perSecond }
  }
  return { reference: await start(best.poolSize), poolSize: best.poolSize }
}

/** POSTs per second; every acknowledged one must be in the table at the end. */
async function posts(stage: Stage, url: string, seconds = secondsEach): Promise<number> {
  await stage.samplesClear()
  const requests = requestsMake(url)
  let acknowledged = 0
  const until = performance.now() + seconds * 1000
  const began = performance.now()
  await closedLoop(url, connections, (connection, index) => {
    let turn = index
    return connection.sendEach((answer) => {
      if (answer !== null) {
        assertOk(answer)
        acknowledged += 1
      }
      if (performance.now() >= until) return null
      turn += 1
      return requests[turn % requests.length] ?? Buffer.alloc(0)
    })
  })
  const took = (performance.now() - began) / 1000
  const [row] = await stage.query<{ count: number }>('select count(*)::int as count from sample')
  if (row?.count !== acknowledged)
    throw new Error(`${acknowledged} POSTs were acknowledged and ${row?.count} samples are stored`)
  return acknowledged / took
}

/** One per host, made once. */
function requestsMake(url: string): Buffer[] {
  const first = Date.now() - 3_600_000
  return Array.from({ length: 1000 }, (_, index) => {
    const id = `host-${String(index).padStart(6, '0')}`
    const body = {
      timestamp: new Date(first + index * 1000).toISOString(),
      cpu: 12.5 + (index % 50),
      memory: 4096 + index,
      disk_read: 1000 + index,
      disk_write: 2000 + index,
      netrx: 300 + index,
      nettx: 400 + index,
      energy_usage: 120.5,
    }
    return requestBuffer(
      `${url}/metrics?id=${id}&metrictype=0`,
      'POST',
      { 'content-type': 'application/json' },
      JSON.stringify(body),
    )
  })
}
