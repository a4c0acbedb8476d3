/**
 * The choice of devices on one node. Whole devices are the lowest-indexed idle ones; a share goes to one device: the
 * one with the least left that still has enough (`best`; ties to the lowest index), any such device (`random`), or the
 * one that a score names (`score`), as those of FGD and fill do.
 * These are the rules of the placement benchmark (Weng et al., USENIX ATC 2023) and of the database.
 */
import type { PlannerInventory } from '../inventory/model.ts'
import type { PlannerPolicy } from '../policy/model.ts'
import type { Request } from '../inventory/request.ts'

/** How many of the node's devices could serve the request: empty ones of its models, or free ones as they are now. */
export function gpuCountFitting(
  { nodes, devices }: PlannerInventory,
  request: Request,
  node: number,
  milli: 'milliCapacity' | 'milliFree',
): number {
  const start = nodes.gpuStart[node] ?? 0
  const end = start + (nodes.gpuCount[node] ?? 0)
  const column = devices[milli]
  let fitting = 0
  for (let device = start; device < end; device += 1) {
    if ((column[device] ?? 0) < request.gpuMilli) continue
    if (request.gpuModels !== null && request.gpuModels[devices.model[device] ?? 0] !== 1) continue
    fitting += 1
  }
  return fitting
}

/** Zero-based indexes of the node's devices to take. The node must have passed the filters. */
export function gpuChoose(
  inventory: PlannerInventory,
  request: Request,
  node: number,
  { gpuRule, scores }: Pick<PlannerPolicy, 'gpuRule' | 'scores'>,
): number[] {
  const { nodes, devices } = inventory
  if (request.gpuCount === 0) return []
  const start = nodes.gpuStart[node] ?? 0
  const fitting: number[] = []
  for (let index = 0; index < (nodes.gpuCount[node] ?? 0); index += 1) {
    const device = start + index
    const accepted = request.gpuModels === null || request.gpuModels[devices.model[device] ?? 0] === 1
    if (accepted && (devices.milliFree[device] ?? 0) >= request.gpuMilli) fitting.push(index)
  }
  if (fitting.length < request.gpuCount)
    throw new Error(`node ${node} was chosen without room on its devices`)
  const share = request.gpuCount === 1 && request.gpuMilli < 1000
  if (!share) return fitting.slice(0, request.gpuCount)
  if (gpuRule === 'score') {
    const named = scores
      .find(({ score }) => score.device !== undefined)
      ?.score.device?.(inventory, request, node)
    if (named !== undefined) return [named]
  }
  if (gpuRule === 'random') return [fitting[Math.floor(request.draw() * fitting.length)] ?? 0]
  const left = (index: number) => devices.milliFree[start + index] ?? 0
  return [fitting.reduce((best, index) => (left(index) < left(best) ? index : best))]
}
