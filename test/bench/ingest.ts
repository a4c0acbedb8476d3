/** Samples through HTTP against COPY, and single POSTs against one INSERT each. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Report } from './bench.ts'
import { hostsFill } from './fill.ts'
import { closedLoop, assertOk } from './load.ts'
import { requestBuffer } from './connection.ts'
import { type Batch, batchesMake, copyAll } from './sample-batches.ts'
import { type Stage, staged } from './stage.ts'
import { rounds } from './statistics.ts'
import { singlePosts } from './ingest-single.ts'

const hosts = 1000
const batchCount = 300
const connections = 16
const roundCount = 9

export const ingest: Bench = {
  name: 'ingest',
  summary: 'samples per second through HTTP, against one COPY and against one INSERT per POST',
  run: (report) =>
    staged(async (stage) => {
      const hostIds = await stage.fill((ctx) => hostsFill(ctx, hosts))
      await batches(report, stage, hostIds)
      await singlePosts(report, stage)
    }),
}

async function batches(report: Report, stage: Stage, hostIds: string[]): Promise<void> {
  const server = await stage.serve()
  const made = batchesMake(hostIds, batchCount)
  const total = batchCount * hostIds.length
  report.say(
    `${total} samples of ${hosts} hosts in batches of ${hostIds.length}, ${connections} connections; reference: one binary COPY of all of them in one transaction into the same indexed, empty table; median of ${roundCount} rounds in turn.`,
  )
  const post = (contentType: string, bodyOf: (batch: Batch) => Buffer) => {
    const requests = made.map((batch) =>
      requestBuffer(
        `${server.url}/api/v1/samples`,
        'POST',
        { authorization: `Bearer ${server.token}`, 'content-type': contentType },
        bodyOf(batch),
      ),
    )
    return () =>
      measured(stage, total, async () => {
        let next = 0
        await closedLoop(server.url, connections, async (connection) => {
          for (let mine = next++; mine < requests.length; mine = next++)
            assertOk(await connection.send(requests[mine] ?? Buffer.alloc(0)))
        })
      })
  }
  const perSecond = await rounds(
    roundCount,
    {
      copy: () => measured(stage, total, () => copyAll(stage.connectionString, made)),
      json: post('application/json', (batch) => batch.json),
      compact: post('application/vnd.orrery.samples', (batch) => batch.compact),
    },
    (name, round, value) => report.say(`  round ${round}  ${name.padEnd(8)} ${Math.round(value)} samples/s`),
  )
  await server.close()
  report.figure({ metric: 'copy', value: perSecond.of('copy'), unit: 'samples/s' })
  for (const [metric, atLeast] of [
    ['json', 0.5],
    ['compact', 0.8],
  ] as const) {
    report.figure({
      metric,
      value: perSecond.of(metric),
      unit: 'samples/s',
      ratio: perSecond.ratio(metric, 'copy'),
      goal: { atLeast },
    })
  }
}

/** Empties the table, times the work, and checks that every row is there. Returns rows per second. */
async function measured(stage: Stage, total: number, work: () => Promise<void>): Promise<number> {
  await stage.samplesClear()
  await sleep(300)
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  const [row] = await stage.query<{ count: number }>('select count(*)::int as count from sample')
  if (row?.count !== total) throw new Error(`${row?.count} rows were stored, not ${total}`)
  return total / seconds
}
