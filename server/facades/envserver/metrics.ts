import { requireRole } from '../../verbs/actor.ts'
import { aliasBearers } from '../../verbs/alias/find.ts'
import type { Ctx } from '../../verbs/context.ts'
import { samplesSince } from '../../verbs/sample/since.ts'
import { bodyText } from '../go-body.ts'
import { goDecode } from '../go-decode.ts'
import { plainText, reply, replyText, replyWrite } from '../go-reply.ts'
import type { GoCall } from '../go-server.ts'
import { pqTextRefusal } from '../go-text.ts'
import { microsOfNanos } from '../go-time.ts'
import { goInt64, queryValue } from '../go-url.ts'
import type { Desk } from './desk.ts'
import { Refusal } from './refuse.ts'
import { metricText } from './rows.ts'
import { subjectOf } from './side.ts'
import { metricStruct } from './structs.ts'
import { valuesOf, valuesShown } from './units.ts'

/** On /metrics even a failing database is a 400. */
export const metricsFailureStatus = 400

/** 0 host, 1 VM; 2 was meant for containers and is not served. */
function kindOf(metricType: bigint): 'host' | 'vm' | undefined {
  if (metricType === 0n) return 'host'
  return metricType === 1n ? 'vm' : undefined
}

/** POST /metrics?id=&metrictype=: stores one measurement and makes it the latest, whatever its time. */
export async function metricAdd(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  const key = required(call, 'id')
  const kind = kindOf(integer(call, 'metrictype'))
  if (kind === undefined) throw new Refusal(400, 'Invalid metric type')
  const side = kind === 'host' ? desk.roster.hosts : desk.roster.vms
  const found = subjectOf(ctx, side, kind, key, metricsFailureStatus)
  const received = bodyText(call.request)
  // The body is taken in while the subject is looked for; its own faults come after the query's.
  if (found instanceof Promise) received.catch(() => undefined)
  const subjectId = found instanceof Promise ? await found : found
  if (subjectId === undefined) {
    throw new Refusal(400, `${kind === 'host' ? 'Host' : 'VM'} with id <${key}> does not exist`)
  }
  const body = goDecode(await received, metricStruct)
  if (body === null) {
    // The original stumbles over this body and its router says so without a word.
    reply(call.response, 500)
    return
  }
  await desk.reporter.report(ctx, subjectId, {
    atMicros: body.timestamp,
    values: valuesOf([
      body.cpu,
      body.memory,
      body.disk_read,
      body.disk_write,
      body.netrx,
      body.nettx,
      body.energy_usage,
    ]),
  })
  replyText(call.response, 200, '')
}

/** GET /metrics?hostid=&metrictype=&since=&count=: measurements strictly later than `since`, also of what is deleted. */
export async function metricList(desk: Desk, ctx: Ctx, call: GoCall): Promise<void> {
  requireRole(ctx, 'viewer')
  const key = required(call, 'hostid')
  const kind = kindOf(integer(call, 'metrictype'))
  if (queryValue(call.rawQuery, 'since') === undefined)
    throw new Refusal(400, 'Paramater hostid must be specified')
  const since = integer(call, 'since')
  const count = integer(call, 'count')
  const unstorable = pqTextRefusal(key)
  if (unstorable !== null) throw new Refusal(metricsFailureStatus, unstorable)
  if (count < 0n) throw new Refusal(400, 'pq: LIMIT must not be negative')
  const subjectIds =
    kind === undefined || count === 0n ? [] : await aliasBearers(ctx, { dialect: 'envserver', kind, key })
  const pages = samplesSince(ctx, {
    subjectIds,
    sinceMicros: microsOfNanos(since),
    limit: Math.min(Number(count), Number.MAX_SAFE_INTEGER),
  })
  await replyPages(desk, call, pages)
}

async function replyPages(
  desk: Desk,
  { response }: GoCall,
  pages: ReturnType<typeof samplesSince>,
): Promise<void> {
  let piece = ''
  for await (const page of pages) {
    if (piece !== '') {
      if (!response.headersSent) response.writeHead(200, { 'Content-Type': plainText })
      if (!(await replyWrite(response, piece))) return
    }
    const texts = page.map((row) => {
      const { cpu, memory, disk_read, disk_write, net_rx, net_tx, power, cpu_reported } = row
      const values = [cpu, memory, disk_read, disk_write, net_rx, net_tx, power, cpu_reported]
      return metricText(desk.instantText(BigInt(row.micros)), valuesShown(values))
    })
    piece = `${piece === '' ? '[' : ','}${texts.join(',')}`
  }
  if (response.headersSent) response.end(`${piece}]`)
  else reply(response, 200, piece === '' ? 'null' : `${piece}]`, plainText)
}

function required(call: GoCall, name: string): string {
  const value = queryValue(call.rawQuery, name)
  if (value === undefined) throw new Refusal(400, `Paramater ${name} must be specified`)
  return value
}

function integer(call: GoCall, name: string): bigint {
  const value = goInt64(required(call, name))
  if (value === null) throw new Refusal(400, `Paramater ${name} must be an integer`)
  return value
}
