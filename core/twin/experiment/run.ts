/** One run of the placement experiment: tasks arrive one by one, are placed or turned away, and never leave. */
import type { WorkloadId } from '@orrery/api/id.ts'
import type { PlannerInventory, PlannerWorkload } from '../../inventory/model.ts'
import {
  type PlacementClass,
  placementChoose,
  placementClass,
  placementIndexCreate,
  placementReserve,
} from '../../planner/placement-index.ts'
import type { PlannerPolicy } from '../../policy/model.ts'
import { randomFloat, randomStream } from '../../random.ts'
import { traceInventory } from '../trace-inventory.ts'
import { fragmentMeter } from '../fragment-meter.ts'
import type { Arrivals } from './arrivals.ts'
import type { Experiment } from './experiment.ts'

/** One entry per arrival, after it was placed or turned away. */
export type ExperimentRun = {
  usedMilli: Float64Array
  arrivedMilli: Float64Array
  fragmentMilli: Float64Array
  idleMilli: Float64Array
  /** index of the node by name, or -1 */
  node: Int32Array
  /** a bit for each device taken */
  devices: Float64Array
  rejected: number
}

export function experimentRun(
  experiment: Experiment,
  { order, ranks }: Arrivals,
  policy: PlannerPolicy,
  seed: number,
): ExperimentRun {
  const { tasks, capacityMilli } = experiment
  const inventory = experimentInventory(experiment, ranks)
  const nodeOfRank = inverse(ranks)
  const stream = randomStream(seed, 'experiment')
  const index = placementIndexCreate(inventory, policy, () => randomFloat(stream))
  const meter = fragmentMeter(inventory)
  const classes: PlacementClass[] = []
  const rows = rowsCreate(order.length)
  let used = 0
  let arrived = 0
  for (let row = 0; row < order.length; row += 1) {
    const task = tasks[order[row] ?? 0]
    if (task === undefined) throw new Error(`there is no task ${order[row]}`)
    const asked = (classes[task.demand] ??= placementClass(index, workloadOf(experiment, task.demand)))
    arrived += task.gpuMilliTotal
    const rank = placementChoose(index, asked)
    rows.node[row] = -1
    if (rank < 0) rows.rejected += 1
    else {
      rows.node[row] = nodeOfRank[rank] ?? -1
      for (const device of placementReserve(index, asked, rank)) {
        rows.devices[row] = (rows.devices[row] ?? 0) + 2 ** device
      }
      used += task.gpuMilliTotal
      meter.changed(rank)
    }
    rows.usedMilli[row] = used
    rows.arrivedMilli[row] = arrived
    rows.fragmentMilli[row] = meter.amountMilli()
    rows.idleMilli[row] = capacityMilli - used
  }
  return rows
}

/** The nodes in the order that breaks ties. */
export function experimentInventory({ nodes, target }: Experiment, ranks: Int32Array): PlannerInventory {
  const ordered = Array.from(inverse(ranks), (node) => nodes[node]).filter((node) => node !== undefined)
  return traceInventory(ordered, target)
}

function workloadOf({ demands }: Experiment, index: number): PlannerWorkload {
  const demand = demands[index]
  if (demand === undefined) throw new Error(`there is no demand ${index}`)
  const name = `demand-${index}`
  return { id: name as WorkloadId, name, kind: 'container', demand, constraints: {}, priority: 0 }
}

function inverse(permutation: Int32Array): Int32Array {
  const result = new Int32Array(permutation.length)
  permutation.forEach((to, from) => (result[to] = from))
  return result
}

function rowsCreate(length: number): ExperimentRun {
  const numbers = () => new Float64Array(length)
  return {
    usedMilli: numbers(),
    arrivedMilli: numbers(),
    fragmentMilli: numbers(),
    idleMilli: numbers(),
    node: new Int32Array(length),
    devices: numbers(),
    rejected: 0,
  }
}
