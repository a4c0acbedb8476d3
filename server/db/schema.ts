import type { PolicyNetwork } from '@orrery/api/policy.ts'
import type { ColumnType, Generated } from 'kysely'

/** What the database holds, column by column. Instants are RFC 3339 strings with microseconds (see database.ts). */
type Json<T> = ColumnType<T, string | null, string | null>
type Versioned = { created_at: Generated<string>; changed_at: Generated<string>; version: Generated<number> }

export type ProviderTable = Versioned & {
  id: string
  name: string
  kind: string
  config: Json<Record<string, unknown>>
  enabled: boolean
}
export type ProviderHealthTable = {
  provider_id: string
  health: 'unknown' | 'healthy' | 'unhealthy'
  reason: string | null
  since: Generated<string>
  last_seen_at: string | null
}
export type SiteTable = Versioned & {
  id: string
  name: string
  kind: 'cloud' | 'edge' | 'device'
  geo: Json<{ latitude: number; longitude: number } | null>
  carbon_grams_per_kwh: number
  renewable_share: number
  allowed_risk_levels: number[]
  links: Json<{ to: string; latencyMs: number; bandwidthMbps: number }[]>
  overcommit_ratio: number | null
  labels: Json<Record<string, string>>
}
export type NodeTable = Versioned & {
  id: string
  name: string
  kind: 'host' | 'device'
  site_id: string
  provider_id: string
  provider_ref: string | null
  state: 'discovered' | 'ready' | 'unreachable' | 'draining' | 'retired'
  state_since: Generated<string>
  reason: string | null
  cpu_cores: number
  memory_bytes: number
  disk_bytes: number
  gpu_models: string[]
  gpu_milli: number[]
  capabilities: string[]
  addresses: string[]
  labels: Json<Record<string, string>>
  compat: Json<Record<string, unknown> | null>
}
export type NodeAllocationTable = {
  node_id: string
  cpu: Generated<number>
  memory: Generated<number>
  disk: Generated<number>
  gpu: Generated<number[]>
  workloads: Generated<number>
  cpu_limit: number | null
  memory_limit: number | null
  disk_limit: number | null
  gpu_limit: Generated<number[]>
}
export type NodeObservedTable = {
  node_id: string
  last_seen_at: string | null
  unhealthy_since: string | null
  reason: string | null
}
export type WorkloadAttemptTable = {
  workload_id: string
  node_id: string | null
  attempts: number
  not_before: string
  error: string
}
export type EmulatorWorldTable = {
  provider_id: string
  anchored_at: Generated<string>
  emulated_seconds: number
  speed: number
}
export type EmulatorMachineTable = {
  provider_id: string
  ref: string
  workload_id: string
  name: string
  node_ref: string
  demand: Json<Record<string, unknown>>
  dataset_id: string | null
  start_seconds: number
}
export type DemoArrivalsTable = { provider_id: string; until_seconds: number }
export type EmulatorStepTable = {
  provider_id: string
  step_id: string
  answer: Json<Record<string, unknown>>
  at: Generated<string>
}
export type WorkloadTable = Versioned & {
  id: string
  name: string
  kind: 'vm' | 'module' | 'runtime' | 'container' | 'seat'
  state: 'pending' | 'placing' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed'
  state_since: Generated<string>
  desired: Generated<'running' | 'stopped' | 'absent'>
  reason: string | null
  node_id: string | null
  provider_ref: string | null
  generation: Generated<number>
  cpu_cores: number
  memory_bytes: number
  disk_bytes: number
  gpu_count: Generated<number>
  gpu_milli: Generated<number>
  gpu_models: Generated<string[]>
  gpu_indexes: Generated<number[]>
  constraints: Json<Record<string, unknown>>
  anti_affinity: Generated<string | null>
  labels: Json<Record<string, string>>
  priority: Generated<number>
  auto_place: Generated<boolean>
  dataset_id: string | null
  trace_at: string | null
  compat: Json<Record<string, unknown> | null>
}
export type AliasTable = {
  dialect: string
  kind: string
  key: string
  number: number | null
  subject_id: string
  released_at: string | null
}
export type PrincipalTable = Versioned & {
  id: string
  name: string
  kind: 'person' | 'service' | 'system'
  role: string
  disabled: Generated<boolean>
}
export type TokenTable = {
  id: string
  principal_id: string
  name: string
  kind: 'api' | 'session' | 'sign-in'
  role: string
  hash: Buffer
  csrf: string | null
  created_at: Generated<string>
  expires_at: string | null
  revoked_at: string | null
}
export type TokenUsedTable = { token_id: string; last_used_at: string }
export type EventTable = {
  xid: Generated<string>
  id: Generated<number>
  at: Generated<string>
  actor_id: string | null
  actor_name: string | null
  verb: string
  subject_kind: string
  subject_id: string | null
  subject_name: string | null
  before: Json<unknown>
  after: Json<unknown>
  reason: string | null
  trace_at: string | null
}
export type IdempotencyTable = {
  principal_id: string
  key: string
  operation: string
  request_hash: Buffer
  response: Json<unknown>
  created_at: Generated<string>
}
export type OperationTable = {
  id: string
  kind: string
  subject_kind: string | null
  subject_id: string | null
  state: Generated<'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted'>
  done: Generated<number>
  total: number | null
  note: string | null
  error: string | null
  input: Json<unknown>
  output: Json<unknown>
  owner: string | null
  cancel_asked: Generated<boolean>
  actor_id: string | null
  actor_name: string | null
  created_at: Generated<string>
  started_at: string | null
  ended_at: string | null
}
export type LeaseTable = { name: string; owner: string; fence: Generated<number>; expires_at: string }
export type PolicyTable = Versioned & {
  id: string
  name: string
  algorithm: string
  mode: 'auto' | 'approve'
  weights: Json<Record<string, number>>
  network: Json<PolicyNetwork> | null
  seed: number
  active: boolean
}
export type PlanTable = {
  id: string
  state: 'proposed' | 'approved' | 'applying' | 'applied' | 'refused' | 'failed'
  origin: string
  policy_id: string | null
  policy_name: string | null
  reason: string | null
  operation_id: string | null
  rolls_back: Generated<string | null>
  created_at: Generated<string>
  decided_at: string | null
  ended_at: string | null
}
export type PlanStepTable = {
  id: string
  plan_id: string
  ordinal: number
  kind: string
  state: Generated<'waiting' | 'started' | 'done' | 'failed' | 'skipped'>
  workload_id: string | null
  workload_name: string | null
  node_id: string | null
  node_name: string | null
  from_node_id: string | null
  from_node_name: string | null
  demand: Json<unknown>
  gpu_indexes: number[] | null
  after: Generated<number[]>
  reason: string | null
  error: string | null
  decision_id: string | null
  fence: number | null
  attempts: Generated<number>
  started_at: string | null
  ended_at: string | null
}
export type RunTable = {
  id: string
  name: string
  state: Generated<OperationTable['state']>
  source: Json<Record<string, unknown>>
  policies: Json<unknown[]>
  seeds: number[]
  horizon_seconds: number | null
  unplaced: 'wait' | 'reject'
  anew: boolean
  optimise: Json<Record<string, unknown> | null>
  forked_at: string | null
  node_count: number | null
  workload_count: number | null
  operation_id: string
  error: string | null
  actor_name: string | null
  created_at: Generated<string>
  ended_at: string | null
}
export type RunResultTable = {
  run_id: string
  ordinal: number
  policy: string
  seed: number
  took_ms: number
  figures: Json<Record<string, number | null>>
  allocated: Json<Record<string, number | null>>
  change_count: number
  waiting_count: number
  curve: Json<Record<string, unknown>>
  changes: Json<unknown[]>
  nodes: Json<Record<string, unknown>>
}
export type DecisionTable = {
  id: string
  at: Generated<string>
  workload_id: string
  plan_id: string | null
  policy_name: string
  algorithm: string
  outcome: 'placed' | 'pending'
  message: string
  considered: number
  feasible: number
  filters: Json<unknown[]>
  chosen: Json<unknown>
  runner_up: Json<unknown>
}
export type SampleColumns = {
  ts: string
  cpu: number | null
  memory: number | null
  disk_read: number | null
  disk_write: number | null
  net_rx: number | null
  net_tx: number | null
  power: number | null
}
export type SampleTable = SampleColumns & { subject_id: string; cpu_reported: number | null }
export type UsageLatestTable = SampleTable & { received_at: Generated<string> }
export type DatasetTable = {
  id: string
  name: string
  kind: 'series' | 'trace'
  layout: string
  row_count: Generated<number>
  start_at: string | null
  end_at: string | null
  fields: Generated<string[]>
  created_at: Generated<string>
}
export type DatasetSampleTable = SampleColumns & { dataset_id: string }

export type Schema = {
  provider: ProviderTable
  provider_health: ProviderHealthTable
  site: SiteTable
  site_history: SiteTable & { valid_to: string }
  node: NodeTable
  node_history: NodeTable & { valid_to: string }
  node_allocation: NodeAllocationTable
  node_observed: NodeObservedTable
  workload_attempt: WorkloadAttemptTable
  emulator_world: EmulatorWorldTable
  emulator_machine: EmulatorMachineTable
  emulator_step: EmulatorStepTable
  demo_arrivals: DemoArrivalsTable
  workload: WorkloadTable
  workload_history: WorkloadTable & { valid_to: string }
  alias: AliasTable
  principal: PrincipalTable
  token: TokenTable
  token_used: TokenUsedTable
  event: EventTable
  idempotency: IdempotencyTable
  operation: OperationTable
  lease: LeaseTable
  policy: PolicyTable
  plan: PlanTable
  plan_step: PlanStepTable
  decision: DecisionTable
  run: RunTable
  run_result: RunResultTable
  sample: SampleTable
  usage_latest: UsageLatestTable
  dataset: DatasetTable
  dataset_sample: DatasetSampleTable
}
