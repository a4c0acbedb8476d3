/** A task that no node could ever hold is a mistake in the scenario, not work that waits. */
import type { Demand } from '@orrery/api/quantity.ts'
import type { ScenarioDemand } from '@orrery/api/scenario.ts'
import type { PlannerNode, PlannerSite } from '../../inventory/model.ts'
import type { Places } from './nodes.ts'
import type { Reading } from './reading.ts'
import type { Path } from './yaml.ts'

export function roomAssert(
  reading: Reading,
  { nodes, sites }: Places,
  given: ScenarioDemand,
  demand: Demand,
  path: Path,
): void {
  if (given.gpuShare !== undefined && given.gpus !== 1) {
    reading.refuse([...path, 'gpuShare'], 'a share is of one GPU: write gpus: 1 beside it')
  }
  if (given.gpuShare !== undefined && demand.gpu.milli === 0) {
    reading.refuse([...path, 'gpuShare'], 'a share of nothing; leave `gpus` out, or write more than 0%')
  }
  if (given.gpuModels !== undefined && demand.gpu.count === 0) {
    reading.refuse([...path, 'gpuModels'], 'models of GPUs are named and no `gpus`; say how many it needs')
  }
  const ratios = new Map(sites.map((site) => [site.id, site.overcommitRatio ?? Number.POSITIVE_INFINITY]))
  if (nodes.some((node) => holds(node, ratios, demand))) return
  const wrong = (['cpuCores', 'memory', 'disk', 'gpus'] as const).find(
    (key) => !nodes.some((node) => holds(node, ratios, alone(demand, key))),
  )
  reading.refuse(
    wrong === undefined ? path : [...path, wrong],
    `no node is that large, so that it could never run; ask for less, or add a node that has ${wrong ?? 'all of it'}`,
  )
}

function holds(
  { capacity, siteId }: PlannerNode,
  ratios: ReadonlyMap<PlannerSite['id'], number>,
  { cpuCores, memoryBytes, diskBytes, gpu }: Demand,
): boolean {
  const ratio = ratios.get(siteId) ?? 1
  return (
    capacity.cpuCores * ratio >= cpuCores &&
    capacity.memoryBytes * ratio >= memoryBytes &&
    capacity.diskBytes * ratio >= diskBytes &&
    capacity.gpus.filter(({ model }) => gpu.models.length === 0 || gpu.models.includes(model)).length >=
      gpu.count
  )
}

/** One of the things it asks for, and nothing else. */
function alone(demand: Demand, key: 'cpuCores' | 'memory' | 'disk' | 'gpus'): Demand {
  return {
    cpuCores: key === 'cpuCores' ? demand.cpuCores : 0,
    memoryBytes: key === 'memory' ? demand.memoryBytes : 0,
    diskBytes: key === 'disk' ? demand.diskBytes : 0,
    gpu: key === 'gpus' ? demand.gpu : { count: 0, milli: 0, models: [] },
  }
}
