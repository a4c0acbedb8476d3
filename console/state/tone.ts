/** What a state looks like. Colour means state and nothing else, and is never alone: each tone has its own shape. */
import type { Agent, AgentTurn } from '@orrery/api/agent.ts'
import type { NodeState } from '@orrery/api/node.ts'
import type { OperationState } from '@orrery/api/operation.ts'
import type { PlanState, StepState } from '@orrery/api/plan.ts'
import type { WorkloadState } from '@orrery/api/workload.ts'

export const tones = ['running', 'pending', 'failed', 'unknown', 'planned', 'idle'] as const
export type Tone = (typeof tones)[number]

export const nodeTone: Record<NodeState, Tone> = {
  discovered: 'planned',
  ready: 'running',
  unreachable: 'unknown',
  draining: 'pending',
  retired: 'idle',
}

export const workloadTone: Record<WorkloadState, Tone> = {
  pending: 'pending',
  placing: 'planned',
  starting: 'pending',
  running: 'running',
  stopping: 'pending',
  stopped: 'idle',
  failed: 'failed',
}

export const planTone: Record<PlanState, Tone> = {
  proposed: 'planned',
  approved: 'pending',
  applying: 'pending',
  applied: 'running',
  refused: 'idle',
  failed: 'failed',
}

export const stepTone: Record<StepState, Tone> = {
  waiting: 'planned',
  started: 'pending',
  done: 'running',
  failed: 'failed',
  skipped: 'idle',
}

export const operationTone: Record<OperationState, Tone> = {
  queued: 'planned',
  running: 'pending',
  succeeded: 'running',
  failed: 'failed',
  cancelled: 'idle',
  interrupted: 'unknown',
}

export const agentTone: Record<Agent['state'], Tone> = {
  off: 'idle',
  absent: 'planned',
  present: 'running',
  fenced: 'failed',
}

export const turnTone: Record<AgentTurn['outcome'], Tone> = {
  open: 'pending',
  waited: 'idle',
  recorded: 'planned',
  proposed: 'planned',
  acted: 'running',
  refused: 'failed',
  expired: 'unknown',
}

export const healthTone: Record<'unknown' | 'healthy' | 'unhealthy', Tone> = {
  unknown: 'unknown',
  healthy: 'running',
  unhealthy: 'failed',
}
