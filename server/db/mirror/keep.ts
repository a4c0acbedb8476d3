/**
 * Rows as the mirror keeps them. A row as it comes from the database has a text of its own for every value; there are a
 * hundred thousand rows and a handful of states, kinds and sites, so equal texts are one text here, and nothing is one
 * nothing. It halves what the mirror weighs.
 */
import type { MirrorNode, MirrorWorkload } from './rows.ts'

export type Keeper = {
  node(row: MirrorNode): MirrorNode
  /** `nodeIdOf` gives a node's id as the node itself bears it. */
  workload(row: MirrorWorkload, nodeIdOf: (id: string) => string): MirrorWorkload
}

const textsMax = 10_000
const noTexts: string[] = []
const noNumbers: number[] = []
const nothing = {}

export function keeperCreate(): Keeper {
  let texts = new Map<string, string>()

  /** For texts of which there are few; ids of things there are many of would stay here for ever. */
  function same<T extends string>(text: T): T {
    const known = texts.get(text)
    if (known !== undefined) return known as T // the same text
    if (texts.size >= textsMax) texts = new Map()
    texts.set(text, text)
    return text
  }

  return {
    node: (row) => ({
      id: row.id,
      name: row.name,
      kind: same(row.kind),
      siteId: same(row.siteId),
      providerId: same(row.providerId),
      providerRef: row.providerRef === row.name ? row.name : row.providerRef,
      state: same(row.state),
      cpuCores: row.cpuCores,
      memoryBytes: row.memoryBytes,
      diskBytes: row.diskBytes,
      gpuModels: row.gpuModels.length === 0 ? noTexts : row.gpuModels.map(same),
      gpuMilli: row.gpuMilli.length === 0 ? noNumbers : row.gpuMilli,
      capabilities: row.capabilities.length === 0 ? noTexts : row.capabilities.map(same),
      labels: isEmpty(row.labels) ? nothing : row.labels,
      compat: row.compat,
      cpuAllocated: row.cpuAllocated,
      memoryAllocated: row.memoryAllocated,
      diskAllocated: row.diskAllocated,
      gpuAllocated: row.gpuAllocated.length === 0 ? noNumbers : row.gpuAllocated,
      workloadCount: row.workloadCount,
      aliasKey: row.aliasKey === row.name ? row.name : row.aliasKey,
      aliasNumber: row.aliasNumber,
      version: row.version,
    }),
    workload: (row, nodeIdOf) => ({
      id: row.id,
      name: row.name,
      kind: same(row.kind),
      state: same(row.state),
      desired: same(row.desired),
      nodeId: row.nodeId === null ? null : nodeIdOf(row.nodeId),
      providerRef: row.providerRef,
      cpuCores: row.cpuCores,
      memoryBytes: row.memoryBytes,
      diskBytes: row.diskBytes,
      gpuCount: row.gpuCount,
      gpuMilli: row.gpuMilli,
      gpuModels: row.gpuModels.length === 0 ? noTexts : row.gpuModels.map(same),
      constraints: isEmpty(row.constraints) ? nothing : row.constraints,
      priority: row.priority,
      autoPlace: row.autoPlace,
      datasetId: row.datasetId === null ? null : same(row.datasetId),
      generation: row.generation,
      labels: isEmpty(row.labels) ? nothing : row.labels,
      compat: row.compat,
      aliasKey: row.aliasKey === row.name ? row.name : row.aliasKey,
      aliasNumber: row.aliasNumber,
      version: row.version,
    }),
  }
}

function isEmpty(value: object): boolean {
  for (const _key in value) return false
  return true
}
