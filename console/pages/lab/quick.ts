/**
 * Where a workload would go, and where those of a node would if it failed, answered from lists that the browser has read: the planner's own filters and scores on an
 * inventory made of them. An estimate: the lists are some moments old, and a node's provider is taken for healthy.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import type { WorkloadId } from '@orrery/api/id.ts'
import type { Node } from '@orrery/api/node.ts'
import type { Policy } from '@orrery/api/policy.ts'
import type { Demand, DemandInput } from '@orrery/api/quantity.ts'
import type { Site } from '@orrery/api/site.ts'
import type { Workload } from '@orrery/api/workload.ts'
import { inventoryCreate } from '@orrery/core/inventory.ts'
import type { PlannerInventory, PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { targetOf } from '@orrery/core/inventory/target.ts'
import { decide } from '@orrery/core/planner/decide.ts'
import { planPending } from '@orrery/core/planner/pending.ts'
import type { PlannerPolicy } from '@orrery/core/policy/model.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'

export type QuickInventory = {
  sites: readonly Site[]
  nodes: readonly Node[]
  workloads: readonly QuickWorkload[]
}
type QuickWorkload = Pick<
  Workload,
  'id' | 'name' | 'kind' | 'nodeId' | 'desired' | 'demand' | 'constraints' | 'priority'
>
export type QuickPolicy = Pick<Policy, 'name' | 'algorithm' | 'weights'>
export type QuickPlace = {
  policy: string
  /** null: it would wait, or the browser does not have the policy, as a learned one */
  node: string | null
  isKnown: boolean
  site: string | null
  /** what decided, and the next best's */
  total: number | null
  runnerUp: { node: string; total: number } | null
  feasible: number
  considered: number
  message: string
}

export function quickPlaces(
  given: QuickInventory,
  asked: DemandInput,
  policies: readonly QuickPolicy[],
): QuickPlace[] {
  const inventory = quickInventory(given)
  const workload = quickWorkload(demandOf(asked))
  return policies.map((policy) => {
    const resolved = policyKnown(policy)
    if (typeof resolved === 'string') return unknownPlace(policy.name, resolved)
    // The middle of what a policy that draws may draw: it says no more than one of many.
    const decision = decide(inventory, workload, resolved, () => 0.5)
    const { chosen, runnerUp, nodeIndex } = decision
    const site = nodeIndex === null ? undefined : inventory.nodes.site[nodeIndex]
    return {
      policy: policy.name,
      node: chosen?.nodeName ?? null,
      isKnown: true,
      site: site === undefined ? null : (inventory.sites[site]?.name ?? null),
      total: chosen?.total ?? null,
      runnerUp: runnerUp === null ? null : { node: runnerUp.nodeName, total: runnerUp.total },
      feasible: decision.feasible,
      considered: decision.considered,
      message: decision.message,
    }
  })
}

/** The policy, or why the browser cannot have it. */
function policyKnown(policy: QuickPolicy): PlannerPolicy | string {
  try {
    return policyResolve(policy)
  } catch (error) {
    if (error instanceof OrreryError) return error.message
    throw error
  }
}

function unknownPlace(policy: string, message: string): QuickPlace {
  const nothing = { node: null, site: null, total: null, runnerUp: null, feasible: 0, considered: 0 }
  return { ...nothing, policy, isKnown: false, message }
}

export type QuickMove = {
  workload: string
  /** null: it would wait */
  node: string | null
  message: string
}

/** Where what should run on a node would go without it, in the order in which the planner would look. */
export function quickFailure(given: QuickInventory, nodeId: string, policy: QuickPolicy): QuickMove[] {
  const standing = given.workloads.filter((each) => each.nodeId === nodeId && each.desired === 'running')
  const inventory = quickInventory({
    ...given,
    nodes: given.nodes.filter(({ id }) => id !== nodeId),
  })
  return planPending(inventory, standing, policyResolve(policy), () => 0.5).map((decision) => ({
    workload: decision.workloadName,
    node: decision.chosen?.nodeName ?? null,
    message: decision.message,
  }))
}

function quickInventory({ sites, nodes, workloads }: QuickInventory): PlannerInventory {
  const placed = workloads.flatMap(({ id, nodeId, demand, constraints }) =>
    nodeId === null
      ? []
      : [{ workloadId: id, nodeId, antiAffinity: constraints.antiAffinity, gpu: demand.gpu }],
  )
  const inventory = inventoryCreate(
    sites,
    nodes.map((node) => ({ ...node, ready: node.state === 'ready' })),
    placed,
  )
  inventory.target = targetOf(workloads)
  return inventory
}

function demandOf({ cpuCores, memoryBytes, diskBytes = 0, gpu }: DemandInput): Demand {
  return {
    cpuCores,
    memoryBytes,
    diskBytes,
    gpu: { count: gpu?.count ?? 0, milli: gpu?.milli ?? 0, models: gpu?.models ?? [] },
  }
}

function quickWorkload(demand: Demand): PlannerWorkload {
  const id = 'asked' as WorkloadId // stands in no list
  return { id, name: 'this workload', kind: 'vm', demand, constraints: {}, priority: 0 }
}
