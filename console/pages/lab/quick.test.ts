import type { NodeId, ProviderId, SiteId, WorkloadId } from '@orrery/api/id.ts'
import type { Node } from '@orrery/api/node.ts'
import type { Site } from '@orrery/api/site.ts'
import { expect, it } from 'vitest'
import { quickFailure, quickPlaces } from './quick.ts'

const gib = 1024 ** 3
const at = '2026-01-31T12:00:00Z'
const site: Site = {
  id: 's' as SiteId,
  name: 'edge',
  kind: 'edge',
  geo: null,
  carbonGramsPerKwh: 0,
  renewableShare: 0,
  allowedRiskLevels: [0],
  links: [],
  overcommitRatio: 1,
  labels: {},
  nodeCount: 2,
  createdAt: at,
  updatedAt: at,
  version: 1,
}
const node = (name: string, cpuCores: number, state: Node['state'] = 'ready'): Node => ({
  id: name as NodeId,
  name,
  kind: 'host',
  siteId: site.id,
  siteName: site.name,
  providerId: 'p' as ProviderId,
  providerName: 'p',
  state,
  stateSince: at,
  reason: null,
  capacity: { cpuCores, memoryBytes: 64 * gib, diskBytes: 0, gpus: [] },
  allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: [] },
  workloadCount: 0,
  capabilities: [],
  addresses: [],
  labels: {},
  usage: null,
  lastSeenAt: null,
  createdAt: at,
  updatedAt: at,
  version: 1,
})
const policy = (name: string) => ({ name, algorithm: name, weights: {} })
const inventory = {
  sites: [site],
  nodes: [node('big', 32), node('small', 4), node('away', 4, 'unreachable')],
  workloads: [],
}

it('decides as the planner does, under each policy', () => {
  const places = quickPlaces(inventory, { cpuCores: 2, memoryBytes: gib }, [
    policy('best-fit'),
    policy('worst-fit'),
  ])
  expect(places.map(({ policy: name, node: chosen, runnerUp }) => [name, chosen, runnerUp?.node])).toEqual([
    ['best-fit', 'small', 'big'],
    ['worst-fit', 'big', 'small'],
  ])
  expect(places[0]).toMatchObject({ site: 'edge', feasible: 2, considered: 3 })
})

it('says where the work of a node would go if it failed, each seeing the room the one before took', () => {
  const standing = (name: string, cpuCores: number, priority: number) => ({
    id: name as WorkloadId,
    name,
    kind: 'vm' as const,
    nodeId: 'big' as NodeId,
    desired: 'running' as const,
    demand: { cpuCores, memoryBytes: gib, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } },
    constraints: {},
    priority,
  })
  const workloads = [standing('late', 3, 0), standing('early', 2, 5), standing('other', 2, 0)]
  const moves = quickFailure({ ...inventory, workloads }, 'big', policy('best-fit'))
  expect(moves.map(({ workload, node: to }) => [workload, to])).toEqual([
    ['early', 'small'],
    ['late', null],
    ['other', 'small'],
  ])
})

it('says so of a policy that the browser does not have, and answers for the others', () => {
  const places = quickPlaces(inventory, { cpuCores: 2, memoryBytes: gib }, [
    policy('learned'),
    policy('best-fit'),
  ])
  expect(places.map(({ node: to, isKnown }) => [to, isKnown])).toEqual([
    [null, false],
    ['small', true],
  ])
  expect(places[0]?.message).toContain('network')
})

it('says that it would wait, and why', () => {
  const [place] = quickPlaces(inventory, { cpuCores: 64, memoryBytes: gib }, [policy('fgd')])
  expect(place).toMatchObject({ node: null, site: null, feasible: 0 })
  expect(place?.message).toMatch(/CPU|core/i)
})
