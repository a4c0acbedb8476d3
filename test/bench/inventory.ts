/** A large inventory: the whole list of an old protocol, pages of the native one under load, and what it costs in memory. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Program, type ServerProcess, programStart } from '../setup/server-process.ts'
import type { Bench, Report } from './bench.ts'
import { connectionOpen, requestBuffer } from './connection.ts'
import { bindAll, hostsFill, machinesFill } from './fill.ts'
import { facadeUrl } from './ingest-single.ts'
import { assertOk, closedLoop, paced } from './load.ts'
import { batchesMake } from './sample-batches.ts'
import { type Stage, staged } from './stage.ts'
import { percentile, rounds } from './statistics.ts'

const hostCount = 10_000
const machineCount = 100_000
const listsPerRound = 10
const roundCount = 7
const pagesPerSecond = 50
const pageSeconds = 30
const warmSeconds = 3
const samplesPerSecond = 5000

export const inventory: Bench = {
  name: 'inventory',
  summary:
    'lists of 10,000 hosts and 100,000 VMs, whole and by page while samples arrive; memory of the server',
  run: (report) =>
    staged(async (stage) => {
      const began = performance.now()
      const hosts = await stage.fill(async (ctx) => {
        const made = await hostsFill(ctx, hostCount)
        await bindAll(ctx, await machinesFill(ctx, machineCount), made)
        return made
      })
      report.say(
        `${hostCount} hosts and ${machineCount} VMs, all bound, made through the verbs in ${secondsSince(began)} s.`,
      )
      await stage.query('vacuum analyze')
      const starting = performance.now()
      const server = await stage.serve(['envserver'])
      report.say(`The server read them and served after ${secondsSince(starting)} s.`)
      await wholeLists(report, stage, server)
      await pages(report, stage, server, hosts)
      report.figure({ metric: 'rss', value: peakMebibytes(server.pid), unit: 'MiB', goal: { atMost: 600 } })
      await server.close()
    }),
}

const secondsSince = (since: number): string => ((performance.now() - since) / 1000).toFixed(1)

/** GET /hosts of the facade, all of them, against the same rows serialised from an array. */
async function wholeLists(report: Report, stage: Stage, server: ServerProcess): Promise<void> {
  const url = facadeUrl(server, 'envserver')
  const file = join(stage.folder, 'hosts.json')
  const text = await (await fetch(`${url}/hosts`)).text()
  const rows = JSON.parse(text) as { vms: number }[]
  const vms = rows.reduce((sum, row) => sum + row.vms, 0)
  if (rows.length !== hostCount || vms !== machineCount)
    throw new Error(`GET /hosts gave ${rows.length} hosts with ${vms} VMs`)
  writeFileSync(file, text)
  const reference: Program<{ url: string }> = await programStart('array-server', { file })
  report.say(
    `GET /hosts of the envserver facade, ${(text.length / 1e6).toFixed(1)} MB, one at a time; reference: the same rows from an array through JSON.stringify in a bare HTTP server; median of ${roundCount} rounds of ${listsPerRound} in turn.`,
  )
  const ms = await rounds(
    roundCount,
    { array: () => listMs(reference.greeting.url), hosts: () => listMs(url) },
    (name, round, value) => report.say(`  round ${round}  ${name.padEnd(6)} ${value.toFixed(1)} ms`),
  )
  await reference.close()
  report.figure({ metric: 'array', value: ms.of('array'), unit: 'ms' })
  report.figure({
    metric: 'hosts',
    value: ms.of('hosts'),
    unit: 'ms',
    ratio: ms.ratio('hosts', 'array'),
    goal: { atMost: 2 },
  })
}

async function listMs(url: string): Promise<number> {
  const connection = await connectionOpen(url)
  const request = requestBuffer(`${url}/hosts`, 'GET', {})
  const began = performance.now()
  for (let index = 0; index < listsPerRound; index += 1) assertOk(await connection.send(request))
  const each = (performance.now() - began) / listsPerRound
  connection.close()
  return each
}

/** Pages of 100 nodes at a fixed pace while samples arrive; first, at the same pace, a page of as many bytes from a bare server. */
async function pages(report: Report, stage: Stage, server: ServerProcess, hosts: string[]): Promise<void> {
  const authorization = `Bearer ${server.token}`
  const next = await cursors(server, authorization)
  const bare = await barePages(stage, server, authorization)
  report.say(
    `Pages of 100 nodes at ${pagesPerSecond} a second for ${pageSeconds} s after ${warmSeconds} s of the same, each timed from when it was due, while ${samplesPerSecond} samples a second arrive in batches of 1,000. The same pace from a bare server that serialises one such page from an array: what this machine does to any answer now.`,
  )
  const seconds = warmSeconds + pageSeconds
  // Made beforehand: what this process throws away while it measures, it would have to collect then.
  const batches = batchesMake(hosts.slice(0, 1000), (samplesPerSecond / 1000) * seconds).map(({ json }) =>
    requestBuffer(
      `${server.url}/api/v1/samples`,
      'POST',
      { authorization, 'content-type': 'application/json' },
      json,
    ),
  )
  const requests = next.map((cursor) =>
    requestBuffer(`${server.url}/api/v1/nodes?limit=100${cursor}`, 'GET', { authorization }),
  )
  const [latencies] = await Promise.all([
    paced(
      server.url,
      { perSecond: pagesPerSecond, seconds, connections: 4 },
      (index) => requests[index % requests.length] ?? Buffer.alloc(0),
    ),
    paced(
      server.url,
      { perSecond: samplesPerSecond / 1000, seconds, connections: 2 },
      (index) => batches[index] ?? Buffer.alloc(0),
    ),
  ])
  const measured = latencies.slice(warmSeconds * pagesPerSecond)
  report.figure({ metric: 'page-bare-p99', value: percentile(bare, 99), unit: 'ms' })
  report.figure({ metric: 'page-p50', value: percentile(measured, 50), unit: 'ms' })
  report.figure({ metric: 'page-p99', value: percentile(measured, 99), unit: 'ms', goal: { atMost: 20 } })
}

async function barePages(stage: Stage, server: ServerProcess, authorization: string): Promise<number[]> {
  const file = join(stage.folder, 'page.json')
  writeFileSync(
    file,
    await (await fetch(`${server.url}/api/v1/nodes?limit=100`, { headers: { authorization } })).text(),
  )
  const reference: Program<{ url: string }> = await programStart('array-server', { file })
  const request = requestBuffer(`${reference.greeting.url}/`, 'GET', {})
  const latencies = await paced(
    reference.greeting.url,
    { perSecond: pagesPerSecond, seconds: 10, connections: 4 },
    () => request,
  )
  await reference.close()
  return latencies
}

/** The query of every page of the list, in order, so that pages from all of it are asked for. */
async function cursors(server: ServerProcess, authorization: string): Promise<string[]> {
  const found = ['']
  await closedLoop(server.url, 1, async (connection) => {
    for (;;) {
      const path = `${server.url}/api/v1/nodes?limit=100${found.at(-1)}`
      const answer = assertOk(await connection.send(requestBuffer(path, 'GET', { authorization })))
      const { next } = JSON.parse(answer.body.toString('utf8')) as { next: string | null }
      if (next === null) return
      found.push(`&cursor=${encodeURIComponent(next)}`)
    }
  })
  return found
}

/** The most memory that the process ever held. */
function peakMebibytes(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kibibytes === undefined) throw new Error('the server’s memory cannot be read')
  return Number(kibibytes) / 1024
}
