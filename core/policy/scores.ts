/**
 * Scores: how good one feasible node is for one workload, as it stands before the placement; higher is better.
 *
 * `bestFit` and `dotProduct` are the integer scores of the placement benchmark (Weng et al., "Beware of
 * Fragmentation", USENIX ATC 2023), divided by its largest node; their truncation is part of the rule, for it makes
 * ties that the order of the nodes then breaks. The others lie between 0 and 1 and are meant to be weighted.
 */
import type { PlannerInventory } from '../inventory/model.ts'
import type { Request } from '../inventory/request.ts'
import { cpuFree, memoryFree } from './free.ts'
import type { Score } from './model.ts'
import { marginalWatts, ownWatts } from './power.ts'

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}

/** The benchmark's second dimension is GPUs; where no node has any, memory takes its place. */
function secondFree(inventory: PlannerInventory, node: number): number {
  return inventory.largest.gpuMilli > 0
    ? (inventory.nodes.gpuMilliFree[node] ?? 0)
    : memoryFree(inventory, node)
}

function secondAsked({ largest }: PlannerInventory, request: Request): number {
  return largest.gpuMilli > 0 ? request.gpuTotal : request.memory
}

function secondMost({ largest }: PlannerInventory): number {
  return largest.gpuMilli > 0 ? largest.gpuMilli : largest.memory
}

export const bestFit: Score = {
  name: 'bestFit',
  title: 'Best fit',
  description: 'Least left over after the placement, 0 to 100 in whole points.',
  local: true,
  of(inventory, request, node) {
    const cpu = share(cpuFree(inventory, node) - request.cpu, inventory.largest.cpu)
    const left = secondFree(inventory, node) - secondAsked(inventory, request)
    return Math.trunc(100 * (1 - (0.5 * cpu + 0.5 * share(left, secondMost(inventory)))))
  },
}

export const dotProduct: Score = {
  name: 'dotProduct',
  title: 'Dot product',
  description: 'Smallest product of what is free and what is asked for, 0 to 100 in whole points.',
  local: true,
  of(inventory, request, node) {
    const { cpu } = inventory.largest
    const most = secondMost(inventory)
    const product =
      share(cpuFree(inventory, node), cpu) * share(request.cpu, cpu) +
      share(secondFree(inventory, node), most) * share(secondAsked(inventory, request), most)
    return Math.trunc(100 * (1 - product / 2))
  },
}

export const draw: Score = {
  name: 'draw',
  title: 'Draw',
  description: 'A random number between 0 and 1.',
  local: false,
  of: (_, request) => request.draw(),
}

export const spread: Score = {
  name: 'spread',
  title: 'Spread',
  description:
    'Share of the node’s own resources that stays free: the mean of cores, memory and, if asked for, GPUs.',
  local: true,
  of(inventory, request, node) {
    const { nodes } = inventory
    const cpu = headroom(
      nodes.cpuLimit[node],
      nodes.cpuCapacity[node],
      cpuFree(inventory, node) - request.cpu,
    )
    const memory = headroom(
      nodes.memoryLimit[node],
      nodes.memoryCapacity[node],
      memoryFree(inventory, node) - request.memory,
    )
    if (request.gpuCount === 0) return (cpu + memory) / 2
    const gpu = share((nodes.gpuMilliFree[node] ?? 0) - request.gpuTotal, nodes.gpuMilliCapacity[node] ?? 0)
    return (cpu + memory + gpu) / 3
  },
}

function headroom(limit = 0, capacity = 0, left: number): number {
  return Math.min(1, Math.max(0, share(left, limit === Number.POSITIVE_INFINITY ? capacity : limit)))
}

export const pack: Score = {
  name: 'pack',
  title: 'Pack',
  description: 'The opposite of spread: share of the node’s own resources that will be in use.',
  local: true,
  of: (inventory, request, node) => 1 - spread.of(inventory, request, node),
}

export const gpuSaving: Score = {
  name: 'gpuSaving',
  title: 'Save GPUs',
  description:
    'For work without GPUs, nodes with few free GPUs; for work with GPUs, nodes whose GPUs are in use already.',
  local: true,
  of({ nodes, largest }, _, node) {
    return 1 - share(nodes.gpuMilliFree[node] ?? 0, largest.gpuMilli)
  },
}

export const fewWorkloads: Score = {
  name: 'fewWorkloads',
  title: 'Few workloads',
  description: 'Nodes that hold few workloads: 1 when empty, 1/2 with one, 1/3 with two.',
  local: true,
  of: ({ nodes }, _, node) => 1 / (1 + Math.max(0, nodes.workloadCount[node] ?? 0)),
}

export const renewable: Score = {
  name: 'renewable',
  title: 'Renewable energy',
  description: 'The site’s share of renewable energy.',
  local: true,
  readsSite: true,
  of: ({ nodes, sites }, _, node) => sites[nodes.site[node] ?? -1]?.renewableShare ?? 0,
}

export const lowCarbon: Score = {
  name: 'lowCarbon',
  title: 'Low carbon',
  description: 'Little carbon per kWh at the site now: 1 at none, 1/2 at 250 g, 1/3 at 500 g.',
  local: true,
  readsSite: true,
  of: ({ nodes, sites }, _, node) => 250 / (250 + (sites[nodes.site[node] ?? -1]?.carbonGramsPerKwh ?? 0)),
}

export const carbon: Score = {
  name: 'carbon',
  title: 'Carbon of the placement',
  description:
    'Little carbon for the energy that the placement adds, the waking of an empty node included: 1 at none, 1/2 at 250 g for each kWh of the workload itself.',
  local: true,
  readsSite: true,
  of(inventory, request, node) {
    const { nodes, sites } = inventory
    const perKwh = sites[nodes.site[node] ?? -1]?.carbonGramsPerKwh ?? 0
    return 250 / (250 + (perKwh * marginalWatts(inventory, request, node)) / ownWatts(request))
  },
}

export const lowLatency: Score = {
  name: 'lowLatency',
  title: 'Low latency',
  description:
    'Near to the workload’s site, or else to the core cloud: 1 at 0 ms, 1/2 at 20 ms, 0 where unknown.',
  local: true,
  of: ({ nodes }, { latencies }, node) =>
    20 / (20 + (latencies?.[nodes.site[node] ?? -1] ?? Number.POSITIVE_INFINITY)),
}

/** The scores that `weighted` composes. */
export const weighable: readonly Score[] = [
  spread,
  pack,
  gpuSaving,
  fewWorkloads,
  renewable,
  lowCarbon,
  carbon,
  lowLatency,
]
