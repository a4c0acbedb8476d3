import { nodeActions, nodeStates } from '@orrery/api/node.ts'
import { workloadActions, workloadStates } from '@orrery/api/workload.ts'
import { describe, expect, it } from 'vitest'
import { type NodeAction, type WorkloadAction, nodeRefusal, planRefusal, workloadRefusal } from './reason.ts'

describe('why an action is not possible', () => {
  it('says which states would allow it and which state it is in', () => {
    expect(workloadRefusal('migrate', 'pending')).toBe(
      'Only a workload that is running or starting can be migrated; this one is pending.',
    )
    expect(nodeRefusal('bind', 'draining')).toBe(
      'Only a node that is ready can be bound; this one is draining.',
    )
    expect(planRefusal('approve', 'applied')).toContain('proposed')
  })

  it('agrees with the table of the verbs in every state', () => {
    for (const action of Object.keys(workloadActions) as WorkloadAction[]) {
      for (const state of workloadStates) {
        const allowed: readonly string[] = workloadActions[action]
        expect(workloadRefusal(action, state) === null).toBe(allowed.includes(state))
      }
    }
    for (const action of Object.keys(nodeActions) as NodeAction[]) {
      for (const state of nodeStates) {
        const allowed: readonly string[] = nodeActions[action]
        expect(nodeRefusal(action, state) === null).toBe(allowed.includes(state))
      }
    }
  })
})
