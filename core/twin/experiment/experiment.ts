/**
 * The placement experiment of Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), as data: the nodes and tasks of
 * one workload of the openb trace, and the target that fragmentation is measured against.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import type { Demand } from '@orrery/api/quantity.ts'
import { type Target, targetOf } from '../../inventory/target.ts'
import { type TraceFile, columnIndexes, csvRows } from '../../trace/csv.ts'
import { type TraceNode, demandGpuMilli } from '../../trace/model.ts'
import { openbParse } from '../../trace/openb.ts'

export type Experiment = {
  /** by name */
  nodes: readonly TraceNode[]
  capacityMilli: number
  /** by name */
  tasks: readonly ExperimentTask[]
  /** the different demands of the tasks */
  demands: readonly Demand[]
  target: Target
}

export type ExperimentTask = {
  name: string
  /** index into the demands */
  demand: number
  gpuMilliEach: number
  gpuMilliTotal: number
}

/** Throws `invalid` at the first bad row: half a trace would give figures of another experiment. */
export function experimentRead(nodesFile: TraceFile, podsFile: TraceFile): Experiment {
  const { nodes, tasks, badRows } = openbParse(nodesFile, podsFile)
  const [bad] = badRows
  if (bad !== undefined) throw new OrreryError('invalid', `${bad.file}:${bad.line}: ${bad.message}`)
  if (nodes.length === 0) throw new OrreryError('invalid', `${nodesFile.name} has no node`)
  if (tasks.length === 0) throw new OrreryError('invalid', `${podsFile.name} has no task`)
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
  const sorted = tasks.toSorted(byName)
  const specs = specsByName(podsFile)
  const demands: Demand[] = []
  const indexes = new Map<string, number>()
  return {
    nodes: nodes.toSorted(byName),
    capacityMilli: nodes.reduce((sum, { capacity }) => sum + capacity.gpus.length * 1000, 0),
    tasks: sorted.map(({ name, demand }) => {
      const key = JSON.stringify(demand)
      const index = indexes.get(key) ?? demands.push(demand) - 1
      indexes.set(key, index)
      return { name, demand: index, gpuMilliEach: demand.gpu.milli, gpuMilliTotal: demandGpuMilli(demand) }
    }),
    demands,
    target: targetOf(sorted.map(({ name, demand }) => ({ demand, spec: specs.get(name) ?? '' }))),
  }
}

/** The accepted models as they are written: a list that names one twice is a class of its own. */
function specsByName(file: TraceFile): Map<string, string> {
  const [header, ...rows] = csvRows(file, ',').rows
  const at = columnIndexes(header?.fields ?? [], ['name', 'gpu_spec'])
  return new Map(rows.map(({ fields }) => [(fields[at.name] ?? '').trim(), fields[at.gpu_spec] ?? '']))
}
