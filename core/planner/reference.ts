/**
 * The planner said naively, as what the fast one is compared with: nodes as objects, exact sums as integers of a
 * millionth, every rule written out once more from its definition.
 */
import type { PlannerNode, PlannerSite, PlannerWorkload } from '../inventory/model.ts'

export type Standing = { workload: PlannerWorkload; node: string; gpuIndexes: readonly number[] }

const micro = (value: number) => Math.round(value * 1e6)

function gpuLeft(node: PlannerNode, standing: readonly Standing[]): number[] {
  return node.capacity.gpus.map((gpu, index) =>
    standing
      .filter((each) => each.node === node.id && each.gpuIndexes.includes(index))
      .reduce((left, each) => left - each.workload.demand.gpu.milli, gpu.milli),
  )
}

/** Free micro-cores, bytes of memory and device milli, or infinity where a site gives without limit. */
export function left(node: PlannerNode, sites: readonly PlannerSite[], standing: readonly Standing[]) {
  const here = standing.filter((each) => each.node === node.id).map(({ workload }) => workload.demand)
  const ratio = sites.find((site) => site.id === node.siteId)?.overcommitRatio ?? Number.POSITIVE_INFINITY
  const limit = (capacity: number) =>
    capacity === 0 ? (ratio === Number.POSITIVE_INFINITY ? ratio : 0) : Math.floor(capacity * ratio + 1e-6)
  return {
    cpu: limit(micro(node.capacity.cpuCores)) - here.reduce((sum, demand) => sum + micro(demand.cpuCores), 0),
    memory: limit(node.capacity.memoryBytes) - here.reduce((sum, demand) => sum + demand.memoryBytes, 0),
    gpu: gpuLeft(node, standing),
  }
}

function latencyMs(sites: readonly PlannerSite[], from: string, to: string): number {
  const link = (a: PlannerSite, b: PlannerSite) => {
    const direct = a.links.findLast((each) => each.to === b.name)
    return (direct ?? b.links.findLast((each) => each.to === a.name))?.latencyMs ?? Number.POSITIVE_INFINITY
  }
  let reach = new Map(
    sites.map((site) => [site.id as string, site.id === from ? 0 : Number.POSITIVE_INFINITY]),
  )
  for (const _ of sites) {
    const before = reach
    reach = new Map(
      sites.map((site) => [
        site.id,
        Math.min(
          before.get(site.id) ?? 0,
          ...sites.map((via) => (before.get(via.id) ?? 0) + link(via, site)),
        ),
      ]),
    )
  }
  return reach.get(to) ?? Number.POSITIVE_INFINITY
}

export function fits(
  workload: PlannerWorkload,
  node: PlannerNode,
  sites: readonly PlannerSite[],
  standing: readonly Standing[],
): boolean {
  const { demand, constraints: c } = workload
  const site = sites.find((each) => each.id === node.siteId)
  if (site === undefined || !node.ready) return false
  if (c.nodeIds !== undefined && !c.nodeIds.includes(node.id)) return false
  if (c.siteIds !== undefined && !c.siteIds.includes(site.id)) return false
  if (c.capabilities?.some((each) => !node.capabilities.includes(each))) return false
  if (Object.entries(c.nodeLabels ?? {}).some(([key, value]) => node.labels[key] !== value)) return false
  if (c.riskLevel !== undefined && !site.allowedRiskLevels.includes(c.riskLevel)) return false
  if (c.renewableShareMin !== undefined && site.renewableShare < c.renewableShareMin) return false
  const from = c.latencyFrom ?? sites.find((each) => each.kind === 'cloud')?.id
  if (
    c.latencyMsMax !== undefined &&
    (from === undefined || latencyMs(sites, from, site.id) > c.latencyMsMax)
  )
    return false
  const group = c.antiAffinity
  if (
    group !== undefined &&
    standing.some((each) => each.node === node.id && each.workload.constraints.antiAffinity === group)
  ) {
    return false
  }
  const free = left(node, sites, standing)
  const devices = free.gpu.filter(
    (milli, index) =>
      milli >= demand.gpu.milli &&
      (demand.gpu.models.length === 0 || demand.gpu.models.includes(node.capacity.gpus[index]?.model ?? '')),
  )
  return (
    free.cpu >= micro(demand.cpuCores) &&
    free.memory >= demand.memoryBytes &&
    devices.length >= demand.gpu.count
  )
}
