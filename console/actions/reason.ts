/** Why an action is not possible, from the tables that the verbs themselves check. A disabled button carries it. */
import { type NodeState, nodeActions } from '@orrery/api/node.ts'
import { type PlanState, planActions } from '@orrery/api/plan.ts'
import { type WorkloadState, workloadActions } from '@orrery/api/workload.ts'

export type NodeAction = keyof typeof nodeActions
export type WorkloadAction = keyof typeof workloadActions
export type PlanAction = keyof typeof planActions

export function nodeRefusal(action: NodeAction, state: NodeState): string | null {
  return refusal('node', participles[action], nodeActions[action], state)
}

export function workloadRefusal(action: WorkloadAction, state: WorkloadState): string | null {
  return refusal('workload', participles[action], workloadActions[action], state)
}

export function planRefusal(action: PlanAction, state: PlanState): string | null {
  return refusal('plan', participles[action], planActions[action], state)
}

const participles: Record<NodeAction | WorkloadAction | PlanAction, string> = {
  drain: 'drained',
  activate: 'activated',
  update: 'changed',
  delete: 'deleted',
  bind: 'bound',
  unbind: 'unbound',
  migrate: 'migrated',
  resize: 'resized',
  start: 'started',
  stop: 'stopped',
  approve: 'approved',
  refuse: 'refused',
  rollback: 'rolled back',
}

function refusal(noun: string, done: string, allowed: readonly string[], state: string): string | null {
  if (allowed.includes(state)) return null
  const list = allowed.length === 1 ? allowed[0] : `${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`
  return `Only a ${noun} that is ${list} can be ${done}; this one is ${state}.`
}
