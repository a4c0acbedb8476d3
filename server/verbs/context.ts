import type { ProviderKind } from '@orrery/api/provider.ts'
import type { Actor } from './actor.ts'
import type { Database } from '../db/database.ts'
import type { Mirror } from '../db/mirror/mirror.ts'
import type { Placer } from '../db/placer.ts'
import type { Sealer } from '../db/seal.ts'
import type { SampleWriter } from '../db/sample/writer.ts'
import type { Usages } from '../db/usages.ts'
import type { TwinPool } from '../twin/pool.ts'
import type { WorkloadReader } from '../db/workload-reader.ts'
import type { Operations } from './operation/run.ts'
import type { LivePlanner } from './plan/live.ts'
import type { Tx } from './transaction.ts'

/** What one server process shares among all its calls. */
export type Services = {
  database: Database
  mirror: Mirror
  placer: Placer
  /** present workload rows by id, read together */
  workloadReader: WorkloadReader
  usages: Usages
  samples: SampleWriter
  /** the planner's inventory of the present */
  planner: LivePlanner
  /** threads in which the twin runs */
  twin: TwinPool
  /** long work that runs in this process */
  operations: Operations
  /** the kinds of provider there are: what each can do and how it is configured */
  providerKinds: ReadonlyMap<string, ProviderKind & { configCheck(config: unknown): Record<string, unknown> }>
  /** seals secrets for the database and opens them */
  sealer: Sealer
  /** names this server process among replicas; the owner in leases and operations */
  instanceId: string
  /** Something was committed here: followers of events look now. */
  feedNudge(): void
  /** Wakes a loop before its period is over. */
  nudge(loop: string): void
  log: Log
}

export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** One call: who makes it and what it may use. */
export type Ctx = Services & {
  actor: Actor
  /** given by the client for a create, with the hash of what it asked */
  idempotency?: { key: string; operation: string; hash: Buffer }
  /** the trace's own instant, when the call replays one */
  traceAt?: string
  /** a transaction of the caller's that the verb runs in, instead of one of its own; the caller settles the mirror */
  within?: Tx
}
