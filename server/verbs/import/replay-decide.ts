/**
 * Decides for the next events of a trace, one after another, on an imagined inventory that starts as the live one. Where
 * a departure gives room back, what waits is looked at before what arrives then.
 */
import type { PlannerInventory, PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { inventoryRelease } from '@orrery/core/inventory/reserve.ts'
import type { PlacementDecision } from '@orrery/core/planner/decide.ts'
import { filters } from '@orrery/core/planner/filters.ts'
import { requestCreate } from '@orrery/core/inventory/request.ts'
import type { DecisionWrite } from '../../db/decision.ts'
import { type Chooser, decideEach, decisionWrite } from '../plan/decide.ts'
import {
  type ReplayEvent,
  type ReplayState,
  type Standing,
  waitingAdd,
  waitingRemove,
} from './replay-state.ts'

/** What one transaction writes. */
export type ReplayBatch = {
  /** of the last event */
  atMicros: number
  arrivals: { standing: Standing; atMicros: number; reason: string }[]
  /** binds and unbinds in the order they were decided */
  places: {
    standing: Standing
    atMicros: number
    nodeId: string | null
    gpuIndexes: number[]
    reason: string
  }[]
  departures: { standing: Standing; atMicros: number }[]
  decisions: DecisionWrite[]
}

type Work = {
  state: ReplayState
  imagined: PlannerInventory
  chooser: Chooser
  batch: ReplayBatch
  /** nodes that got room back and were not offered to what waits yet */
  freed: Set<number>
  /** answers of this batch to those that found no room, by group */
  refused: Map<string, PlacementDecision>
}

/** `retryAll`: something beside this trace may have made room, so everything that waits is decided again. */
export function replayDecide(
  state: ReplayState,
  imagined: PlannerInventory,
  chooser: Chooser,
  events: readonly ReplayEvent[],
  retryAll: boolean,
): ReplayBatch {
  const atMicros = events[0]?.atMicros ?? 0
  const batch: ReplayBatch = { atMicros, arrivals: [], places: [], departures: [], decisions: [] }
  const work: Work = { state, imagined, chooser, batch, freed: new Set(), refused: new Map() }
  if (retryAll) retry(work, atMicros, new Set(state.waiting.keys()))
  for (const event of events) {
    if (event.kind === 'arrival' || event.atMicros > batch.atMicros) retryFreed(work, batch.atMicros)
    batch.atMicros = event.atMicros
    if (event.kind === 'arrival') arrive(work, event)
    else depart(work, event)
  }
  retryFreed(work, batch.atMicros)
  return batch
}

function arrive(work: Work, { standing, atMicros }: ReplayEvent): void {
  const { state, batch, refused } = work
  state.counts.arrivals += 1
  state.counts.standing += 1
  standing.present = true
  const same = refused.get(standing.group)
  const decision: PlacementDecision =
    same === undefined
      ? decideOne(work, standing)
      : { ...same, workloadId: standing.id, workloadName: standing.name }
  const pending = decision.chosen === null
  batch.arrivals.push({ standing, atMicros, reason: pending ? decision.message : 'waiting for the planner' })
  if (pending) {
    refused.set(standing.group, decision)
    batch.decisions.push(decisionWrite(decision, work.chooser, null))
    waitingAdd(state, standing)
  } else take(work, standing, decision, atMicros)
}

function depart(work: Work, { standing, atMicros }: ReplayEvent): void {
  const { state, imagined, batch } = work
  if (!standing.present) return // somebody deleted it before
  standing.present = false
  state.counts.departures += 1
  state.counts.standing -= 1
  if (!standing.everPlaced) state.counts.leftUnplaced += 1
  waitingRemove(state, standing)
  // Also for one that waits: whoever bound it a moment ago, its place is given back before its row goes.
  batch.places.push({
    standing,
    atMicros,
    nodeId: null,
    gpuIndexes: [],
    reason: 'its trace says that it left',
  })
  batch.departures.push({ standing, atMicros })
  const node = standing.where === null ? undefined : imagined.indexes.get(standing.where.nodeId)
  if (standing.where !== null && node !== undefined) {
    inventoryRelease(imagined, node, standing.workload, standing.where.gpuIndexes)
    work.freed.add(node)
  }
  standing.where = null
}

function decideOne(work: Work, standing: Standing): PlacementDecision {
  const [decision] = decideEach(work.imagined, [standing.workload], work.chooser)
  if (decision === undefined) throw new Error('the planner answered nothing')
  return decision
}

function take(work: Work, standing: Standing, decision: PlacementDecision, atMicros: number): void {
  if (decision.chosen === null) return
  const { nodeId } = decision.chosen
  const { gpuIndexes, message } = decision
  standing.where = { nodeId, gpuIndexes }
  if (!standing.everPlaced) work.state.counts.placed += 1
  standing.everPlaced = true
  work.batch.places.push({ standing, atMicros, nodeId, gpuIndexes, reason: message })
  work.batch.decisions.push(decisionWrite(decision, work.chooser, null))
}

/** What waits can only go where room came back: nothing else has changed since it was refused. */
function retryFreed(work: Work, atMicros: number): void {
  if (work.freed.size === 0) return
  const nodes = [...work.freed]
  work.freed.clear()
  const groups = new Set<string>()
  for (const [key, group] of work.state.waiting) {
    const [head] = group
    if (head !== undefined && nodes.some((node) => fits(work, head.workload, node))) groups.add(key)
  }
  retry(work, atMicros, groups)
}

/** Higher priority first, then who came first; a group is done with when its first finds no room. */
function retry(work: Work, atMicros: number, groups: Set<string>): void {
  while (groups.size > 0) {
    let best: Standing | null = null
    for (const key of groups) {
      const [head] = work.state.waiting.get(key) ?? []
      if (head === undefined) groups.delete(key)
      else if (best === null || before(head, best)) best = head
    }
    if (best === null) return
    const decision = decideOne(work, best)
    if (decision.chosen === null) groups.delete(best.group)
    else {
      waitingRemove(work.state, best)
      take(work, best, decision, atMicros)
    }
  }
}

function before(a: Standing, b: Standing): boolean {
  if (a.workload.priority !== b.workload.priority) return a.workload.priority > b.workload.priority
  return a.order < b.order
}

function fits({ imagined }: Work, workload: PlannerWorkload, node: number): boolean {
  const { nodes } = imagined
  const { gpu } = workload.demand
  // Most have no room by the sums alone.
  if ((nodes.gpuMilliFree[node] ?? 0) < gpu.count * gpu.milli) return false
  if ((nodes.memoryLimit[node] ?? 0) - (nodes.memoryAllocated[node] ?? 0) < workload.demand.memoryBytes)
    return false
  const request = requestCreate(imagined, workload, () => 0)
  return filters.every((filter) => !filter.applies(request) || !filter.removes(imagined, request, node))
}
