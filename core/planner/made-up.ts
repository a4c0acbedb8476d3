/** Made-up sites, nodes and workloads for the planner's tests: tables of cases and generators for properties. */
import type { NodeId, SiteId, WorkloadId } from '@orrery/api/id.ts'
import fc from 'fast-check'
import type { PlannerNode, PlannerSite, PlannerWorkload } from '../inventory/model.ts'

export const GiB = 1024 ** 3

// The planner never looks into an id, so that any text does for one.
export const siteId = (name: string) => name as SiteId
export const nodeId = (name: string) => name as NodeId
export const workloadId = (name: string) => name as WorkloadId

export function site(name: string, more: Partial<PlannerSite> = {}): PlannerSite {
  return {
    id: siteId(name),
    name,
    kind: 'cloud',
    overcommitRatio: 1,
    allowedRiskLevels: [0, 1, 2, 3],
    renewableShare: 0.5,
    carbonGramsPerKwh: 200,
    links: [],
    ...more,
  }
}

type NodeSize = { cpuCores?: number; gib?: number; gpus?: string[] }

export function node(name: string, size: NodeSize = {}, more: Partial<PlannerNode> = {}): PlannerNode {
  const gpus = (size.gpus ?? []).map((model) => ({ model, milli: 1000 }))
  return {
    id: nodeId(name),
    name,
    siteId: siteId('cloud'),
    ready: true,
    capacity: {
      cpuCores: size.cpuCores ?? 8,
      memoryBytes: (size.gib ?? 32) * GiB,
      diskBytes: 100 * GiB,
      gpus,
    },
    allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: gpus.map(() => 0) },
    capabilities: [],
    labels: {},
    workloadCount: 0,
    ...more,
  }
}

type Ask = { cpuCores?: number; gib?: number; gpus?: number; milli?: number; models?: string[] }

export function workload(name: string, ask: Ask = {}, more: Partial<PlannerWorkload> = {}): PlannerWorkload {
  return {
    id: workloadId(name),
    name,
    kind: 'vm',
    demand: {
      cpuCores: ask.cpuCores ?? 1,
      memoryBytes: (ask.gib ?? 1) * GiB,
      diskBytes: 0,
      gpu: {
        count: ask.gpus ?? 0,
        milli: ask.gpus === undefined ? 0 : (ask.milli ?? 1000),
        models: ask.models ?? [],
      },
    },
    constraints: {},
    priority: 0,
    ...more,
  }
}

const models = ['A', 'B', 'C']
const capabilities = ['kvm', 'wasm']
const siteNames = ['cloud', 'edge', 'home']

export const anySites = fc
  .tuple(
    ...siteNames.map((name) =>
      fc.record({
        name: fc.constant(name),
        overcommitRatio: fc.constantFrom(1, 1, 1, 1.5, 0.3, null),
        allowedRiskLevels: fc.subarray([0, 1, 2]),
        renewableShare: fc.constantFrom(0, 0.3, 1),
        links: fc.array(
          fc.record({ to: fc.constantFrom(...siteNames), latencyMs: fc.integer({ min: 1, max: 40 }) }),
          {
            maxLength: 2,
          },
        ),
      }),
    ),
  )
  .map((sites) => sites.map((each) => site(each.name, each)))

export const anyNodes = fc
  .array(
    fc.record({
      siteId: fc.constantFrom(...siteNames).map(siteId),
      ready: fc.constantFrom(true, true, true, false),
      size: fc.record({
        cpuCores: fc.constantFrom(0, 0.7, 2, 4.1, 8),
        gib: fc.constantFrom(1, 8, 16),
        gpus: fc.array(fc.constantFrom(...models), { maxLength: 4 }),
      }),
      capabilities: fc.subarray(capabilities),
      zone: fc.constantFrom('a', 'b'),
    }),
    { maxLength: 12 },
  )
  .map((nodes) =>
    nodes.map(({ size, zone, ...more }, index) => node(`node-${index}`, size, { ...more, labels: { zone } })),
  )

const anyConstraints = fc.record(
  {
    siteIds: fc.subarray(siteNames.map(siteId)),
    nodeIds: fc.subarray(['node-0', 'node-1', 'node-2', 'gone'].map(nodeId)),
    capabilities: fc.subarray(capabilities),
    nodeLabels: fc.constantFrom({}, { zone: 'a' }, { zone: 'c' }),
    riskLevel: fc.integer({ min: 0, max: 2 }),
    renewableShareMin: fc.constantFrom(0, 0.3, 0.5),
    latencyMsMax: fc.integer({ min: 0, max: 50 }),
    latencyFrom: fc.constantFrom(...siteNames).map(siteId),
    antiAffinity: fc.constantFrom('red', 'blue'),
  },
  { requiredKeys: [] },
)

const anyAsk = fc.record({
  cpuCores: fc.constantFrom(0, 0.1, 0.7, 1, 2.05, 4),
  gib: fc.constantFrom(0, 0.5, 1, 4),
  gpu: fc.oneof(
    fc.constant({}),
    fc.record({
      gpus: fc.constant(1),
      milli: fc.constantFrom(100, 333, 500, 1000),
      models: fc.subarray(models),
    }),
    fc.record({
      gpus: fc.integer({ min: 2, max: 4 }),
      milli: fc.constant(1000),
      models: fc.subarray(models),
    }),
  ),
})

export const anyWorkloads = fc
  .array(
    fc.record({
      ask: anyAsk,
      constraints: fc.oneof(
        { weight: 2, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: anyConstraints },
      ),
      priority: fc.integer({ min: -1, max: 1 }),
    }),
    { maxLength: 40 },
  )
  .map((workloads) =>
    workloads.map(({ ask: { gpu, ...ask }, ...more }, index) =>
      workload(`w-${index}`, { ...ask, ...gpu }, more),
    ),
  )
