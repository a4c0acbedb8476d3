/**
 * The filters every policy shares, in the order in which they are asked: service, what the workload wants of a place,
 * then room. A node counts as removed by the first filter it fails.
 */
import type { PlannerInventory } from '../inventory/model.ts'
import { gpuCountFitting } from './gpu.ts'
import type { Request } from '../inventory/request.ts'
import { bytesInWords, coresInWords, countInWords, listInWords, numberInWords } from './words.ts'

export type Filter = {
  name: string
  /** False when the request says nothing about it, so that no node could fail it. */
  applies(request: Request): boolean
  removes(inventory: PlannerInventory, request: Request, node: number): boolean
  /** What is wrong with the removed nodes, after "1 node" or "5 nodes". */
  phrase(request: Request, inventory: PlannerInventory, many: boolean): string
  /** It is about room, which grows when workloads leave or machines are added; the others are about the place. */
  room: boolean
  /** Reserving and releasing on a node can change its answer there; the others stay as they are. */
  turns: boolean
  /** How near a removed node came, for filters of room; the largest is told, in words. */
  near?: (inventory: PlannerInventory, request: Request, node: number) => number
  nearInWords?: (near: number) => string
}

const always = () => true

export const filters: readonly Filter[] = [
  {
    name: 'readiness',
    room: false,
    turns: false,
    applies: always,
    removes: ({ nodes }, _, node) => nodes.ready[node] !== 1,
    phrase: (_, __, many) => (many ? 'are not in service' : 'is not in service'),
  },
  {
    name: 'node',
    room: false,
    turns: false,
    applies: ({ nodeIndexes }) => nodeIndexes !== null,
    removes: (_, { nodeIndexes }, node) => nodeIndexes?.has(node) === false,
    phrase: (_, __, many) => (many ? 'are not among the nodes it names' : 'is not among the nodes it names'),
  },
  {
    name: 'site',
    room: false,
    turns: false,
    applies: ({ siteIndexes }) => siteIndexes !== null,
    removes: ({ nodes }, { siteIndexes }, node) => siteIndexes?.has(nodes.site[node] ?? -1) === false,
    phrase: ({ siteIndexes }, { sites }, many) => {
      const names = Array.from(siteIndexes ?? [], (index) => sites[index]?.name ?? 'an unknown site')
      return `${many ? 'are' : 'is'} not at ${listInWords(names, 'or')}`
    },
  },
  {
    name: 'riskLevel',
    room: false,
    turns: false,
    applies: ({ workload }) => workload.constraints.riskLevel !== undefined,
    removes: ({ nodes, sites }, { workload }, node) =>
      sites[nodes.site[node] ?? -1]?.allowedRiskLevels.includes(workload.constraints.riskLevel ?? 0) !== true,
    phrase: ({ workload }, _, many) =>
      `${many ? 'are at sites that do' : 'is at a site that does'} not allow risk level ${workload.constraints.riskLevel}`,
  },
  {
    name: 'renewableShare',
    room: false,
    turns: false,
    applies: ({ workload }) => workload.constraints.renewableShareMin !== undefined,
    removes: ({ nodes, sites }, { workload }, node) =>
      (sites[nodes.site[node] ?? -1]?.renewableShare ?? 0) < (workload.constraints.renewableShareMin ?? 0),
    phrase: ({ workload }, _, many) =>
      `${many ? 'are at sites' : 'is at a site'} with less than ${numberInWords((workload.constraints.renewableShareMin ?? 0) * 100)} % renewable energy`,
  },
  {
    name: 'latency',
    room: false,
    turns: false,
    applies: ({ workload }) => workload.constraints.latencyMsMax !== undefined,
    // Where no latency is known it may be any: what was asked for cannot be promised.
    removes: ({ nodes }, { workload, latencies }, node) =>
      !((latencies?.[nodes.site[node] ?? -1] ?? Number.NaN) <= (workload.constraints.latencyMsMax ?? 0)),
    phrase: ({ workload, latencyFrom }, _, many) =>
      latencyFrom === null
        ? `${many ? 'are' : 'is'} at an unknown distance: name the site that latency is measured from`
        : `${many ? 'are' : 'is'} more than ${numberInWords(workload.constraints.latencyMsMax ?? 0)} ms from ${latencyFrom}`,
  },
  {
    name: 'capability',
    room: false,
    turns: false,
    applies: ({ workload }) => (workload.constraints.capabilities?.length ?? 0) > 0,
    removes: ({ capabilities }, { workload }, node) => {
      for (const wanted of workload.constraints.capabilities ?? [])
        if (capabilities[node]?.has(wanted) !== true) return true
      return false
    },
    phrase: ({ workload }, _, many) =>
      `${many ? 'lack' : 'lacks'} the ${(workload.constraints.capabilities?.length ?? 0) > 1 ? 'capabilities' : 'capability'} ${listInWords(workload.constraints.capabilities ?? [], 'and')}`,
  },
  {
    name: 'nodeLabel',
    room: false,
    turns: false,
    applies: ({ nodeLabels }) => nodeLabels.length > 0,
    removes: ({ labels }, { nodeLabels }, node) => {
      for (const [key, value] of nodeLabels) if (labels[node]?.[key] !== value) return true
      return false
    },
    phrase: ({ nodeLabels }, _, many) =>
      `${many ? 'do' : 'does'} not carry the label ${listInWords(
        nodeLabels.map(([key, value]) => `${key}=${value}`),
        'and',
      )}`,
  },
  {
    name: 'antiAffinity',
    room: false,
    turns: true,
    applies: ({ avoid }) => avoid !== null,
    removes: (_, { avoid }, node) => avoid?.has(node) === true,
    phrase: ({ workload }, _, many) =>
      `already ${many ? 'hold' : 'holds'} a workload of the group ${workload.constraints.antiAffinity}`,
  },
  {
    name: 'gpuModel',
    room: true,
    turns: false,
    applies: ({ gpuCount }) => gpuCount > 0,
    removes: (inventory, request, node) =>
      (inventory.nodes.gpuCount[node] ?? 0) < request.gpuCount ||
      gpuCountFitting(inventory, request, node, 'milliCapacity') < request.gpuCount,
    phrase: ({ workload, gpuCount }, _, many) => {
      const { models } = workload.demand.gpu
      const what = models.length === 0 ? 'GPU' : `GPU of model ${listInWords(models, 'or')}`
      if (gpuCount === 1) return many ? `have no ${what}` : `has no ${what}`
      return `${many ? 'have' : 'has'} fewer than ${gpuCount} ${what.replace('GPU', 'GPUs')}`
    },
  },
  {
    name: 'gpu',
    room: true,
    turns: true,
    applies: ({ gpuCount }) => gpuCount > 0,
    removes: (inventory, request, node) =>
      (inventory.nodes.gpuMilliFree[node] ?? 0) < request.gpuTotal ||
      gpuCountFitting(inventory, request, node, 'milliFree') < request.gpuCount,
    phrase: ({ gpuMilli }, _, many) =>
      gpuMilli === 1000
        ? `${many ? 'lack' : 'lacks'} free devices`
        : `${many ? 'have' : 'has'} too little left on a device`,
    near: (inventory, request, node) => gpuCountFitting(inventory, request, node, 'milliFree'),
    nearInWords: (near) => `${near} free`,
  },
  {
    name: 'cpu',
    room: true,
    turns: true,
    applies: always,
    removes: ({ nodes }, { cpu }, node) =>
      !((nodes.cpuLimit[node] ?? 0) - (nodes.cpuAllocated[node] ?? 0) >= cpu),
    phrase: (_, __, many) => (many ? 'lack cores' : 'lacks cores'),
    near: ({ nodes }, _, node) => (nodes.cpuLimit[node] ?? 0) - (nodes.cpuAllocated[node] ?? 0),
    nearInWords: (near) => `${coresInWords(Math.max(0, near) / 1e6)} free`,
  },
  {
    name: 'memory',
    room: true,
    turns: true,
    applies: always,
    removes: ({ nodes }, { memory }, node) =>
      !((nodes.memoryLimit[node] ?? 0) - (nodes.memoryAllocated[node] ?? 0) >= memory),
    phrase: (_, __, many) => (many ? 'lack memory' : 'lacks memory'),
    near: ({ nodes }, _, node) => (nodes.memoryLimit[node] ?? 0) - (nodes.memoryAllocated[node] ?? 0),
    nearInWords: (near) => `${bytesInWords(near)} free`,
  },
  {
    name: 'disk',
    room: true,
    turns: true,
    applies: always,
    removes: ({ nodes }, { disk }, node) =>
      !((nodes.diskLimit[node] ?? 0) - (nodes.diskAllocated[node] ?? 0) >= disk),
    phrase: (_, __, many) => (many ? 'lack disk' : 'lacks disk'),
    near: ({ nodes }, _, node) => (nodes.diskLimit[node] ?? 0) - (nodes.diskAllocated[node] ?? 0),
    nearInWords: (near) => `${bytesInWords(near)} free`,
  },
]

/** The filters of what reserving and releasing change, all at once: for whoever asks often and wants no reason. */
export function hasRoom(inventory: PlannerInventory, request: Request, node: number): boolean {
  const { nodes } = inventory
  return (
    (request.gpuCount === 0 || (nodes.gpuMilliFree[node] ?? 0) >= request.gpuTotal) &&
    (nodes.cpuLimit[node] ?? 0) - (nodes.cpuAllocated[node] ?? 0) >= request.cpu &&
    (nodes.memoryLimit[node] ?? 0) - (nodes.memoryAllocated[node] ?? 0) >= request.memory &&
    (nodes.diskLimit[node] ?? 0) - (nodes.diskAllocated[node] ?? 0) >= request.disk &&
    (request.gpuCount === 0 || gpuCountFitting(inventory, request, node, 'milliFree') >= request.gpuCount) &&
    request.avoid?.has(node) !== true
  )
}

/** "12 nodes lack memory". */
export function filterMessage(
  filter: Filter,
  inventory: PlannerInventory,
  request: Request,
  removed: number,
): string {
  return `${countInWords(removed, 'node')} ${filter.phrase(request, inventory, removed !== 1)}`
}
