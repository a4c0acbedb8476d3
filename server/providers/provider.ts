import type { TSchema } from 'typebox'
import type { Capacity, Demand } from '@orrery/api/quantity.ts'
import type { ProviderCapabilities } from '@orrery/api/provider.ts'
import type { SampleField } from '@orrery/api/sample.ts'
import type { Database } from '../db/database.ts'

/**
 * The contract of a provider: a connection to something that runs work.
 *
 * `observe` returns everything it can see; what it cannot see it does not mention, and nothing is deleted because of
 * that. `apply` is idempotent by `step.id`: applied twice, it acts once and answers the same. Errors are OrreryError:
 * the provider translates the outside world at its own border.
 */
export type Provider = {
  observe(signal: AbortSignal): Promise<Observation>
  apply(step: ProviderStep, signal: AbortSignal): Promise<StepApplied>
  close(): Promise<void>
}

export type ProviderStep = {
  /** the same for every repetition of this step */
  id: string
  /** `stop` without a `providerRef` stops every machine of that workload; stopping what is not there is done already */
  kind: 'start' | 'stop' | 'migrate' | 'resize'
  workload: { id: string; name: string; demand: Demand; providerRef: string | null; datasetId: string | null }
  /** where it goes (start, migrate), or is (stop, resize) */
  node: { id: string; name: string; providerRef: string | null }
  fromNode?: { id: string; name: string; providerRef: string | null }
}
export type StepApplied = { providerRef: string | null; note?: string }

export type ObservedNode = {
  ref: string
  name: string
  kind: 'host' | 'device'
  siteName: string
  capacity: Capacity
  capabilities: string[]
  addresses: string[]
  labels: Record<string, string>
  healthy: boolean
  reason: string | null
}
export type ObservedWorkload = {
  ref: string
  /** the inventory's id, when the provider was told it; null for a machine nobody here started */
  workloadId: string | null
  name: string
  nodeRef: string
  state: 'starting' | 'running' | 'stopped' | 'failed'
  reason: string | null
  /** its present size, where the provider knows it */
  size: { cpuCores: number; memoryBytes: number } | null
}
export type ObservedSample = {
  /** a node's or a workload's ref */
  subject: 'node' | 'workload'
  ref: string
  atMicros: bigint
  values: Partial<Record<SampleField, number>>
}
/** `kind` and `geo` are for a site that the inventory does not know yet. */
export type ObservedSite = {
  name: string
  kind: 'cloud' | 'edge' | 'device'
  geo: { latitude: number; longitude: number } | null
  carbonGramsPerKwh: number
  renewableShare: number
}
export type Observation = {
  nodes: ObservedNode[]
  workloads: ObservedWorkload[]
  samples: ObservedSample[]
  sites: ObservedSite[]
}

/** One kind of provider. The registry (registry.ts) is one array of these. */
export type ProviderKindSpec = {
  kind: string
  description: string
  capabilities: ProviderCapabilities
  /** validates the API body and draws the console's form */
  configSchema: TSchema
  /** instead of the schema's own check, where that cannot say it all: fills in defaults; throws `invalid` */
  configParse?: (config: unknown) => Record<string, unknown>
  open(options: ProviderOpen): Promise<Provider>
}
export type ProviderOpen = {
  id: string
  name: string
  config: Record<string, unknown>
  /** the database, for a provider whose world lives there (the emulator) */
  database: Database
  nowMs: () => number
}

/** The open providers of one server process. */
export type Connections = {
  /** The provider of a row: opened when first asked for, and again when its configuration has changed. */
  of(row: ProviderRow): Promise<Provider>
  /** Closes those whose row is not among these ids. */
  keep(ids: ReadonlySet<string>): Promise<void>
  close(): Promise<void>
}
export type ProviderRow = {
  id: string
  name: string
  kind: string
  config: Record<string, unknown>
  version: number
}
