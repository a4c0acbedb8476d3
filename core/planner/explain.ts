/** The sentences of decisions: why there, or why nowhere, and what would change it. */
import type { PlannerInventory } from '../inventory/model.ts'
import type { PlannerPolicy } from '../policy/model.ts'
import type { DecisionCandidate } from './decide.ts'
import { type Filter, filterMessage } from './filters.ts'
import { gpuCountFitting } from './gpu.ts'
import type { Request } from '../inventory/request.ts'
import { bytesInWords, coresInWords, countInWords, listInWords, numberInWords } from './words.ts'

/** "Placed on edge-1-3 by best-fit: bestFit 97, the highest of 12 nodes with room; next is edge-1-4 with 95." */
export function placedMessage(
  { considered, feasible }: { considered: number; feasible: number },
  policy: PlannerPolicy,
  chosen: DecisionCandidate,
  runnerUp: DecisionCandidate | null,
): string {
  const head = `Placed on ${chosen.nodeName} by ${policy.name}`
  if (runnerUp === null) {
    return considered === 1
      ? `${head}: it is the only node.`
      : `${head}: it is the only one of ${countInWords(considered, 'node')} that can hold it.`
  }
  if (policy.scores.length === 0) {
    return `${head}: the first of ${countInWords(feasible, 'node')} with room; next is ${runnerUp.nodeName}.`
  }
  const [only] = policy.scores
  const what = policy.scores.length === 1 && only !== undefined ? only.score.name : 'total'
  const tie = runnerUp.total === chosen.total ? ', which comes later in order' : ''
  return `${head}: ${what} ${numberInWords(chosen.total)} is the highest of ${countInWords(feasible, 'node')} with room; next is ${runnerUp.nodeName} with ${numberInWords(runnerUp.total)}${tie}.`
}

/**
 * "No node has 4 free GPUs of model A100, 8 cores and 32 GiB of memory: 37 nodes have fewer than 4 GPUs of model A100,
 * 12 lack free devices (3 free at most). 12 nodes would have room if they were empty."
 */
export function pendingMessage(
  inventory: PlannerInventory,
  request: Request,
  active: readonly Filter[],
  removed: Int32Array,
): string {
  const causes = active
    .map((filter, index) => ({ filter, count: removed[index] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
  if (causes.length === 0) return 'There is no node yet. Add a node or a provider that has some.'
  const survey = nodesSurvey(inventory, request, active)
  const phrases = causes.map(({ filter, count }, index) => {
    const sentence = filterMessage(filter, inventory, request, count)
    const short = index === 0 ? sentence : sentence.replace(/^(\S+) nodes?/, '$1')
    const near = survey.near.get(filter)
    return near === undefined || filter.nearInWords === undefined
      ? short
      : `${short} (${filter.nearInWords(near)} at most)`
  })
  const room = causes.some(({ filter }) => filter.room)
  return `No node ${room ? `has ${demandInWords(request)}` : 'may hold it'}: ${phrases.join(', ')}.${emptyHint(survey.roomIfEmpty, room)}`
}

function emptyHint(roomIfEmpty: number, room: boolean): string {
  if (!room) return ''
  if (roomIfEmpty === 0) return ' Not even an empty node would do: ask for less, or add a larger node.'
  return ` ${countInWords(roomIfEmpty, 'node')} would have room if ${roomIfEmpty === 1 ? 'it were' : 'they were'} empty.`
}

function demandInWords({ workload }: Request): string {
  const { cpuCores, memoryBytes, diskBytes, gpu } = workload.demand
  const of = gpu.models.length === 0 ? '' : ` of model ${listInWords(gpu.models, 'or')}`
  const gpus = gpu.count === 1 ? 'a free GPU' : `${gpu.count} free GPUs`
  const parts = [
    ...(gpu.count === 0
      ? []
      : [gpu.milli === 1000 ? gpus + of : `${numberInWords(gpu.milli / 10)} % of ${gpus}${of}`]),
    ...(cpuCores === 0 ? [] : [coresInWords(cpuCores)]),
    ...(memoryBytes === 0 ? [] : [`${bytesInWords(memoryBytes)} of memory`]),
    ...(diskBytes === 0 ? [] : [`${bytesInWords(diskBytes)} of disk`]),
  ]
  return parts.length === 0 ? 'room' : listInWords(parts, 'and')
}

/** Goes through the nodes once more, only for a workload that waits: how near did they come, and could they ever? */
function nodesSurvey(
  inventory: PlannerInventory,
  request: Request,
  active: readonly Filter[],
): { near: Map<Filter, number>; roomIfEmpty: number } {
  const near = new Map<Filter, number>()
  let roomIfEmpty = 0
  for (let node = 0; node < inventory.count; node += 1) {
    if (inventory.nodes.present[node] !== 1) continue
    const cause = active.find((filter) => filter.removes(inventory, request, node))
    if (cause?.room !== true) continue
    if (cause.near !== undefined) {
      near.set(cause, Math.max(near.get(cause) ?? 0, cause.near(inventory, request, node)))
    }
    if (fitsEmpty(inventory, request, node)) roomIfEmpty += 1
  }
  return { near, roomIfEmpty }
}

function fitsEmpty(inventory: PlannerInventory, request: Request, node: number): boolean {
  const { nodes } = inventory
  return (
    (nodes.cpuLimit[node] ?? 0) >= request.cpu &&
    (nodes.memoryLimit[node] ?? 0) >= request.memory &&
    (nodes.diskLimit[node] ?? 0) >= request.disk &&
    (request.gpuCount === 0 || gpuCountFitting(inventory, request, node, 'milliCapacity') >= request.gpuCount)
  )
}
