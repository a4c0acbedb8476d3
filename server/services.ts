import { OrreryError } from '@orrery/api/errors.ts'
import { type Closer, closeAll } from './close-all.ts'
import type { Database } from './db/database.ts'
import { type Feed, feedOpen } from './db/feed.ts'
import { mirrorOpen } from './db/mirror/mirror.ts'
import { placeBatch, placerCreate } from './db/placer.ts'
import { sampleWriterOpen } from './db/sample/writer.ts'
import { usagesOpen } from './db/usages.ts'
import { workloadReaderOpen } from './db/workload-reader.ts'
import { twinOpen } from './twin/pool.ts'
import type { Log, Services } from './verbs/context.ts'
import { operationsOpen } from './verbs/operation/run.ts'
import { livePlannerOpen } from './verbs/plan/live.ts'
import { settle } from './verbs/settle.ts'

export type ServicesOptions = {
  database: Database
  instanceId: string
  providerKinds: Services['providerKinds']
  sealer: Services['sealer']
  nudge: (loop: string) => void
  log: Log
}
export type OpenServices = Services & { feed: Feed; close(): Promise<void> }

/** Opens what one server process shares among all its calls, on a migrated database. */
export async function servicesOpen(options: ServicesOptions): Promise<OpenServices> {
  const closers: Closer[] = []
  try {
    return await servicesOpenWith(options, closers)
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}

async function servicesOpenWith(options: ServicesOptions, closers: Closer[]): Promise<OpenServices> {
  const { database, log } = options
  const onError = (error: unknown, message: string) => log.error({ err: error }, message)
  const feed = await feedOpen(database, onError)
  closers.push(() => feed.close())
  const mirror = await mirrorOpen(database, feed, onError)
  closers.push(() => mirror.close())
  const usages = await usagesOpen(database, onError)
  closers.push(() => usages.close())
  const samples = sampleWriterOpen(database)
  closers.push(() => samples.close())
  const placer = placerCreate(
    (items) => placeBatch(database, items),
    (placed) => {
      const nodes = placed.flatMap((each) => [each.nodeId, each.fromNodeId]).filter((id) => id !== null)
      return settle(
        { mirror, feedNudge: () => feed.nudge(), log },
        { workloads: placed.map((each) => each.workloadId), nodes },
      )
    },
    () => new OrreryError('limit', 'Too many placements wait. Slow down and try again.'),
  )
  const forget = mirror.onChange((change) => {
    for (const id of change.nodes) if (!mirror.nodes.has(id)) usages.forget(id)
    for (const id of change.workloads) if (!mirror.workloads.has(id)) usages.forget(id)
  })
  closers.push(forget)
  const planner = livePlannerOpen(mirror)
  closers.push(() => planner.close())
  const twin = twinOpen({ connectionString: database.connectionString, schema: database.schema })
  closers.push(() => twin.close())
  const operations = operationsOpen()
  closers.push(() => operations.close())
  return {
    database,
    feed,
    mirror,
    usages,
    samples,
    planner,
    operations,
    twin,
    placer,
    workloadReader: workloadReaderOpen(database),
    instanceId: options.instanceId,
    providerKinds: options.providerKinds,
    sealer: options.sealer,
    feedNudge: () => feed.nudge(),
    nudge: options.nudge,
    log,
    close: () => closeAll(closers),
  }
}
