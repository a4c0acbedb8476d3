/** A run of the placement experiment said plainly: every node is filtered and scored anew for every arrival. */
import type { WorkloadId } from '@orrery/api/id.ts'
import { requestCreate } from '@orrery/core/inventory/request.ts'
import { inventoryReserve } from '@orrery/core/inventory/reserve.ts'
import { filters } from '@orrery/core/planner/filters.ts'
import { gpuChoose } from '@orrery/core/planner/gpu.ts'
import { devicesCreate, devicesRead, fragmentAmount, targetTable } from '@orrery/core/policy/fragment.ts'
import { cpuFree } from '@orrery/core/policy/free.ts'
import type { PlannerPolicy } from '@orrery/core/policy/model.ts'
import type { Arrivals } from '@orrery/core/twin/experiment/arrivals.ts'
import type { Experiment } from '@orrery/core/twin/experiment/experiment.ts'
import { experimentInventory } from '@orrery/core/twin/experiment/run.ts'

/** Milli in use at the end; the fragmentation of the cluster is kept up too, as a run reports it after each arrival. */
export function plainRun(experiment: Experiment, { order, ranks }: Arrivals, policy: PlannerPolicy): number {
  const inventory = experimentInventory(experiment, ranks)
  const table = targetTable(inventory, null)
  const scratch = devicesCreate(64)
  const amount = (node: number) =>
    fragmentAmount(table, cpuFree(inventory, node), devicesRead(inventory, node, scratch))
  let used = 0
  let fragmented = 0
  for (let node = 0; node < inventory.count; node += 1) fragmented += amount(node)
  for (const index of order) {
    const task = experiment.tasks[index]
    const demand = experiment.demands[task?.demand ?? -1]
    if (task === undefined || demand === undefined) throw new Error(`there is no task ${index}`)
    const id = task.name as WorkloadId // the planner never looks into an id
    const workload = { id, name: task.name, kind: 'container' as const, demand, constraints: {}, priority: 0 }
    const request = requestCreate(inventory, workload, Math.random)
    const active = filters.filter((filter) => filter.applies(request))
    let best = -1
    let most = Number.NEGATIVE_INFINITY
    nodes: for (let node = 0; node < inventory.count; node += 1) {
      for (const filter of active) if (filter.removes(inventory, request, node)) continue nodes
      let total = 0
      for (const { score, weight } of policy.scores) total += weight * score.of(inventory, request, node)
      if (total <= most) continue
      best = node
      most = total
    }
    if (best < 0) continue
    fragmented -= amount(best)
    inventoryReserve(inventory, best, workload, gpuChoose(inventory, request, best, policy))
    fragmented += amount(best)
    used += task.gpuMilliTotal
  }
  if (!(fragmented >= 0)) throw new Error(`the fragmentation is ${fragmented}`)
  return used
}
