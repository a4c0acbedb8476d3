/**
 * What group commit saves over our own way: the envserver facade's own route for measurements, written as every other verb is. Each
 * sample is stored in one transaction of its own with one INSERT, and answered when that has committed.
 * `{"connectionString":…,"connections":16}`
 */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { systemActor } from '@orrery/server/bootstrap.ts'
import { databaseOpen } from '@orrery/server/db/database.ts'
import { instantText } from '@orrery/server/db/instant.ts'
import { sampleColumns } from '@orrery/server/db/sample/block.ts'
import { metricAdd } from '@orrery/server/facades/envserver/metrics.ts'
import { refuse } from '@orrery/server/facades/envserver/refuse.ts'
import { rosterOpen } from '@orrery/server/facades/envserver/roster.ts'
import { matchOf, routeOf } from '@orrery/server/facades/envserver/routes.ts'
import { goServerOpen } from '@orrery/server/facades/go-server.ts'
import { zoneTextOpen } from '@orrery/server/facades/go-zone.ts'
import { providerKindsMap } from '@orrery/server/provider-kinds.ts'
import { providerKinds } from '@orrery/server/providers/registry.ts'
import { servicesOpen } from '@orrery/server/services.ts'
import type { Ctx, Log } from '@orrery/server/verbs/context.ts'
import { transaction } from '@orrery/server/verbs/transaction.ts'
import type { SampleReporter } from '@orrery/server/verbs/sample/report.ts'
import { testSealer } from '../setup/sealer.ts'

const { connectionString, connections } = JSON.parse(process.argv[2] ?? '{}') as {
  connectionString: string
  connections: number
}
const fail = (error: unknown) => {
  throw error
}
const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: fail }
const database = databaseOpen({ connectionString, connectionsMax: connections }, fail)
const services = await servicesOpen({
  database,
  instanceId: randomUUID(),
  providerKinds: providerKindsMap(providerKinds),
  sealer: testSealer(),
  nudge: () => undefined,
  log,
})
const ctx: Ctx = { ...services, actor: await systemActor(database) }

const columns = sql.raw(sampleColumns.join(', '))
const reporter: SampleReporter = {
  async report(ctx, subjectId, usage) {
    const values = [subjectId, instantText(usage.atMicros), ...usage.values]
    await transaction(ctx, (tx) =>
      sql`insert into sample (${columns}) values (${sql.join(values)})`.execute(tx),
    )
    services.usages.set(subjectId, usage, 'arrival')
  },
}

const desk = { roster: rosterOpen(services), reporter, instantText: zoneTextOpen('UTC') }
const absent = () => fail(new Error('only measurements are sent here'))
const routes = {
  hostAdd: absent,
  hostShow: absent,
  hostList: absent,
  hostRemove: absent,
  vmAdd: absent,
  vmShow: absent,
  vmList: absent,
  vmRemove: absent,
  vmBind: absent,
  vmUnbind: absent,
  metricList: absent,
  metricAdd: (call: Parameters<typeof metricAdd>[2]) => metricAdd(desk, ctx, call),
}
const server = await goServerOpen({
  listen: { host: '127.0.0.1', port: 0 },
  mode: 'open',
  authenticate: async () => null,
  log,
  facade: ctx.actor,
  router: (method, path) => matchOf(routeOf(method, path), routes),
  refuse: (call, error) => refuse(call, error, 400, log),
})
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`)
process.stdin.on('end', () => process.exit(0)).resume()
process.on('SIGTERM', () => process.exit(0))
