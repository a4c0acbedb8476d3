/** Lists against real rows: cursors, filters, and what must not get through. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Node } from '@orrery/api/node.ts'
import type { ListAtQuery, Page } from '@orrery/api/page.ts'
import type { Workload } from '@orrery/api/workload.ts'
import { filterMatches } from '@orrery/core/filter-match.ts'
import { filterParse } from '@orrery/core/filter.ts'
import { type TestCtx, testCtx } from '../../test/setup/server.ts'
import { eventList } from '../verbs/event/list.ts'
import { nodeCreateMany } from '../verbs/node/create.ts'
import { nodeDrain } from '../verbs/node/drain.ts'
import { nodeList } from '../verbs/node/list.ts'
import { principalCreate } from '../verbs/principal/create.ts'
import { principalList } from '../verbs/principal/list.ts'
import { providerList } from '../verbs/provider/list.ts'
import { siteCreate } from '../verbs/site/create.ts'
import { siteList } from '../verbs/site/list.ts'
import { tokenCreate } from '../verbs/token/create.ts'
import { tokenList } from '../verbs/token/list.ts'
import { workloadBind } from '../verbs/workload/bind.ts'
import { workloadCreateMany } from '../verbs/workload/create.ts'
import { workloadHistory } from '../verbs/workload/history.ts'
import { workloadList } from '../verbs/workload/list.ts'
import { workloadUnbind } from '../verbs/workload/unbind.ts'
import { workloadUpdate } from '../verbs/workload/update.ts'
import { nodeListSpec } from './node.ts'
import { siteListSpec } from './site.ts'
import { workloadListSpec } from './workload.ts'

let ctx: TestCtx
const gib = 1024 ** 3
/** Names whose order differs between collations: case, punctuation, letters outside ASCII. */
const names = ['a', 'B', 'b-1', 'b_1', 'b 1', 'Ä', 'z', 'é', 'A%', '100%', '_x', 'ab', 'aB', '日本', '🪐']

beforeAll(async () => {
  ctx = await testCtx()
  await siteCreate(ctx, { name: 'cloud', kind: 'cloud', carbonGramsPerKwh: 0.1 + 0.2, overcommitRatio: null })
  await siteCreate(ctx, { name: 'Edge-1', kind: 'edge', carbonGramsPerKwh: 1 / 3, labels: { zone: 'a' } })
  await siteCreate(ctx, { name: 'edge-2', kind: 'edge', carbonGramsPerKwh: 1 / 3, overcommitRatio: 1e-7 })
  const nodeIds = await nodeCreateMany(
    ctx,
    names.map((name, index) => ({
      input: {
        name,
        site: 'cloud',
        kind: index % 2 === 0 ? ('host' as const) : ('device' as const),
        capacity: {
          cpuCores: [4, 4, 0.1 + 0.2, 0.3, 1 / 3][index % 5] ?? 1,
          memoryBytes: [2 * gib, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1][index % 3] ?? 1,
          gpus: index % 4 === 0 ? [{ model: 'A100', milli: 1000 }] : [],
        },
        capabilities: index % 3 === 0 ? ['wasm', 'gpu-a'] : [],
        labels: index % 2 === 0 ? { zone: 'a' } : {},
      },
    })),
  )
  const workloadIds = await workloadCreateMany(
    ctx,
    Array.from({ length: 40 }, (_, index) => ({
      input: {
        name: `w-${index % 7}-${index}`,
        demand: { cpuCores: (index % 3) / 100, memoryBytes: (index % 5) * 1000 },
        priority: (index % 4) - 2,
        autoPlace: index % 2 === 0,
        labels: index % 3 === 0 ? { zone: 'b', 'app.kubernetes.io/name': 'x' } : {},
      },
    })),
  )
  for (const [index, id] of workloadIds.entries()) {
    if (index % 3 === 0) await workloadBind(ctx, id, { node: nodeIds[index % nodeIds.length] ?? '' })
    if (index % 11 === 10) await workloadUpdate(ctx, id, { desired: 'stopped' })
    ctx.usages.set(
      id,
      { atMicros: 1_700_000_000_000_000n, values: index % 4 === 1 ? [index / 300, index] : [undefined, 5] },
      'newest',
    )
  }
  for (const [index, id] of nodeIds.entries()) {
    if (index % 3 === 0) continue
    const usage = { atMicros: 1_700_000_000_000_000n, values: [index % 2 === 0 ? 0.05 : 1.5, 7 * index] }
    ctx.usages.set(id, usage, 'newest')
  }
  await nodeDrain(ctx, nodeIds[3] ?? '', { reason: 'a 100% test_of "words"' })
  await ctx.usages.flush()
  for (const role of ['viewer', 'operator', 'viewer'] as const)
    await principalCreate(ctx, { name: `p ${role} ${Math.random()}`, role })
  await principalCreate(ctx, { name: 'holder', role: 'operator' })
  for (const expiresInSeconds of [null, 60, 1000, null])
    await tokenCreate(ctx, { name: 'same name', principal: 'holder', expiresInSeconds })
})
afterAll(() => ctx.close())

type List = (query: ListAtQuery) => Promise<Page<unknown>>
type Listed = { noun: string; list: List; sorts: string[] }
const sortable = (spec: { columns: Record<string, { type: string; filterOnly?: boolean }> }) =>
  Object.entries(spec.columns).flatMap(([name, { type, filterOnly }]) =>
    type === 'texts' || filterOnly === true ? [] : [name],
  )
const listed: Listed[] = [
  { noun: 'nodes', list: (query) => nodeList(ctx, query), sorts: sortable(nodeListSpec()) },
  { noun: 'workloads', list: (query) => workloadList(ctx, query), sorts: sortable(workloadListSpec()) },
  { noun: 'sites', list: (query) => siteList(ctx, query), sorts: sortable(siteListSpec()) },
  {
    noun: 'principals',
    list: (query) => principalList(ctx, query),
    sorts: ['name', 'kind', 'role', 'disabled', 'lastSeenAt', 'createdAt'],
  },
  {
    noun: 'tokens',
    list: (query) => tokenList(ctx, query),
    sorts: ['name', 'principal', 'kind', 'role', 'createdAt', 'expiresAt', 'lastUsedAt', 'revokedAt'],
  },
  {
    noun: 'providers',
    list: (query) => providerList(ctx, query),
    sorts: ['name', 'kind', 'health', 'enabled', 'nodeCount', 'lastSeenAt', 'createdAt'],
  },
]

async function pages(list: List, query: ListAtQuery, limits: readonly number[]): Promise<unknown[]> {
  const items: unknown[] = []
  let cursor: string | null = null
  for (let page = 0; page < 200; page += 1) {
    const answer: Page<unknown> = await list({
      ...query,
      limit: limits[page % limits.length] ?? 1,
      ...(cursor === null ? {} : { cursor }),
    })
    items.push(...answer.items)
    cursor = answer.next
    if (cursor === null) return items
  }
  throw new Error('the pages do not end')
}

describe.each(listed)('pages of $noun', ({ list, sorts }) => {
  test.each(sorts.flatMap((sort) => [sort, `-${sort}`]))(
    'sorted by %s join to the whole list',
    async (sort) => {
      const whole = await list({ sort, limit: 1000 })
      expect(whole.next).toBeNull()
      expect(whole.items.length).toBeGreaterThan(0)
      for (const limits of [[1], [2, 5, 3]]) expect(await pages(list, { sort }, limits)).toEqual(whole.items)
    },
  )
})

const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

test('text is sorted by code points, with things of no value last in both directions', async () => {
  const up = (await nodeList(ctx, { sort: 'name' })).items.map((node) => node.name)
  expect(up).toEqual(names.toSorted(byCodePoint))
  expect((await nodeList(ctx, { sort: '-name' })).items.map((node) => node.name)).toEqual(up.toReversed())
  for (const sort of ['node', '-node']) {
    const places = (await workloadList(ctx, { sort })).items.map((workload) => workload.nodeName)
    const placed = places.filter((name) => name !== null)
    expect(places.slice(placed.length).every((name) => name === null)).toBe(true)
    const sorted = placed.toSorted(byCodePoint)
    expect(placed).toEqual(sort === 'node' ? sorted : sorted.toReversed())
  }
})

test('doubles and large integers are told apart by the cursor to their last bit', async () => {
  const cores = (await nodeList(ctx, { sort: 'cpuCores' })).items.map((node) => node.capacity.cpuCores)
  expect(cores).toEqual(cores.toSorted((a, b) => a - b))
  expect(new Set(cores)).toEqual(new Set([0.3, 0.1 + 0.2, 1 / 3, 4]))
  const bytes = (await pages((query) => nodeList(ctx, query), { sort: '-memoryBytes' }, [1])) as Node[]
  expect(bytes.map((node) => node.capacity.memoryBytes)).toEqual(
    bytes.map((node) => node.capacity.memoryBytes).toSorted((a, b) => b - a),
  )
})

test('while rows come, go and change, no other row is missed or comes twice', async () => {
  const steady = (await workloadList(ctx, { limit: 1000 })).items.map((workload) => workload.id)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('name', '-name', 'priority', '-cpuCores', 'node', '-createdAt', 'cpu'),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.constantFrom('a', 'w-3-', 'z'), { minLength: 6, maxLength: 6 }),
      async (sort, limit, prefixes) => {
        const seen: string[] = []
        const passing: string[] = []
        let cursor: string | null = null
        let round = 0
        do {
          const answer: Page<Workload> = await workloadList(ctx, {
            sort,
            limit,
            ...(cursor === null ? {} : { cursor }),
          })
          seen.push(...answer.items.map((workload) => workload.id))
          cursor = answer.next
          const prefix = prefixes[round]
          if (prefix !== undefined) {
            const demand = { cpuCores: round / 100, memoryBytes: 0 }
            const name = `${prefix}${Math.random()}`
            passing.push(
              ...(await workloadCreateMany(ctx, [{ input: { name, demand, priority: round - 3 } }])),
            )
          }
          const old = passing[round - 2]
          if (old !== undefined)
            await workloadUpdate(ctx, old, { name: `moved ${Math.random()}`, priority: 5 })
          round += 1
        } while (cursor !== null && round < 100)
        await ctx.database.db.deleteFrom('workload').where('id', 'in', passing).execute()
        const counts = new Map<string, number>()
        for (const id of seen) counts.set(id, (counts.get(id) ?? 0) + 1)
        expect(steady.filter((id) => counts.get(id) !== 1)).toEqual([])
      },
    ),
    { numRuns: 12 },
  )
})

test('a history of one workload pages by its instants', async () => {
  const [id = ''] = await workloadCreateMany(ctx, [
    { input: { name: 'restless', demand: { cpuCores: 0, memoryBytes: 0 } } },
  ])
  for (let round = 0; round < 4; round += 1) {
    await workloadBind(ctx, id, { node: 'z' })
    await workloadUnbind(ctx, id, {})
  }
  const list: List = (query) => workloadHistory(ctx, id, query)
  const whole = await workloadHistory(ctx, id, {})
  expect(whole.items.map((stay) => stay.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(await pages(list, {}, [1])).toEqual(whole.items)
  expect(await pages(list, { sort: '-since' }, [2])).toEqual(whole.items.toReversed())
  await expect(workloadHistory(ctx, id, { sort: 'state' })).rejects.toThrow(/must be one of since/)
  await ctx.database.db.deleteFrom('workload').where('id', '=', id).execute()
})

test.each([
  'x',
  'e30',
  Buffer.from('["name","a"]').toString('base64url'),
  Buffer.from('["-name","a","0196b2a0-0000-7000-8000-000000000000"]').toString('base64url'),
  Buffer.from('["name",1,"0196b2a0-0000-7000-8000-000000000000"]').toString('base64url'),
  Buffer.from('["name","a\\u0000","0196b2a0-0000-7000-8000-000000000000"]').toString('base64url'),
  Buffer.from('["name","a","------------------------------------"]').toString('base64url'),
])('the cursor %s is refused', async (cursor) => {
  await expect(nodeList(ctx, { sort: 'name', cursor })).rejects.toThrow(/`cursor` must be the `next`/)
})

test.each(['2026', '1', '2026-02-31T00:00:00Z', 'yesterday'])(
  'a cursor with the instant %j is refused',
  async (at) => {
    const cursor = Buffer.from(
      JSON.stringify(['createdAt', at, '0196b2a0-0000-7000-8000-000000000000']),
    ).toString('base64url')
    await expect(nodeList(ctx, { sort: 'createdAt', cursor })).rejects.toThrow(/`cursor` must be/)
  },
)

test.each([
  'constructor:x',
  'toString:x',
  'cpu>2026-01-31',
  'cpu>5m',
  'name>5',
  'state>80%',
  'since:2026-02-31T00:00:00Z',
  'since:1',
  'since>2026-02-31',
  'createdAt<0000-01-01',
  'cpuCores:many',
  'autoPlace:perhaps',
  'name:a\0b',
  'a\0b',
])('the filter %j is refused as invalid', async (filter) => {
  const refused = await workloadList(ctx, { filter }).then(
    () => null,
    (error: unknown) => error,
  )
  expect(refused).toBeInstanceOf(OrreryError)
  expect((refused as OrreryError).code).toBe('invalid')
})

test.each(['constructor', '-constructor', 'toString', 'capability', 'nothing'])(
  'sorting by %j is refused as invalid',
  async (sort) => {
    await expect(nodeList(ctx, { sort })).rejects.toThrow(/`sort` must be one of name, kind/)
  },
)

test('what looks like SQL or a pattern is only text', async () => {
  const named = async (filter: string) => (await nodeList(ctx, { filter })).items.map((node) => node.name)
  expect(await named(`name:"x'; drop table node; --"`)).toEqual([])
  expect(await named(`"' or true --"`)).toEqual([])
  expect(await named(`label."x' or '1'='1":a`)).toEqual([])
  expect(await named('name:100%')).toEqual(['100%'])
  expect(await named('name:*%')).toEqual(['100%', 'A%'])
  expect(await named('name:_x')).toEqual(['_x'])
  expect(await named('name:b_*')).toEqual(['b_1'])
  expect(await named('"100% test_of"')).toEqual(['b_1'])
  expect(await named('100%x')).toEqual([])
  expect(await named(String.raw`name:"\\*"`)).toEqual([])
})

type Getter = (node: Node) => unknown
const nodeFields: Record<string, Getter> = {
  name: (node) => node.name,
  kind: (node) => node.kind,
  site: (node) => node.siteName,
  siteId: (node) => node.siteId,
  provider: (node) => node.providerName,
  state: (node) => node.state,
  cpu: (node) => node.usage?.cpuCores,
  'cpu%': (node) =>
    node.usage?.cpuCores == null ? null : (100 * node.usage.cpuCores) / node.capacity.cpuCores,
  memory: (node) => node.usage?.memoryBytes,
  power: (node) => node.usage?.powerWatts,
  cpuCores: (node) => node.capacity.cpuCores,
  memoryBytes: (node) => node.capacity.memoryBytes,
  gpus: (node) => node.capacity.gpus.length,
  'cpuAllocated%': (node) => (100 * node.allocated.cpuCores) / node.capacity.cpuCores,
  gpuMilli: (node) => node.capacity.gpus.reduce((sum, gpu) => sum + gpu.milli, 0),
  workloads: (node) => node.workloadCount,
  capability: (node) => node.capabilities,
  gpuModel: (node) => node.capacity.gpus.map((gpu) => gpu.model),
  lastSeenAt: (node) => node.lastSeenAt,
  createdAt: (node) => node.createdAt,
  'label.zone': (node) => node.labels['zone'],
}
const texts = ['name', 'kind', 'site', 'provider', 'state', 'capability', 'gpuModel', 'label.zone']
const numbers = ['cpu', 'memory', 'power', 'cpuCores', 'memoryBytes', 'gpus', 'gpuMilli', 'workloads']

const value = fc.oneof(
  fc.constantFrom(...names, 'host', 'device', 'ready', 'draining', 'cloud', 'manual', 'wasm', 'A100', '*'),
  fc.constantFrom('*b*', 'a*', '*-*', '_*', '*%', 'w*m', 'gpu-*', '*100*'),
)
const quoted = (text: string) => `"${text}"`
const number = fc.constantFrom('0', '0.05', '0.3', '1', '4', '2GiB', '1000', '9007199254740991', '-1')
const term = fc.oneof(
  fc
    .tuple(fc.constantFrom(...texts), fc.uniqueArray(value, { minLength: 1, maxLength: 3 }))
    .map(([field, values]) => `${field}:${values.map(quoted).join(',')}`),
  fc
    .tuple(fc.constantFrom(...numbers), fc.constantFrom('>', '<', '>=', '<='), number)
    .map((each) => each.join('')),
  fc
    .tuple(
      fc.constantFrom('cpu', 'cpuAllocated'),
      fc.constantFrom('>', '<'),
      fc.constantFrom('0%', '10%', '80%'),
    )
    .map((each) => each.join('')),
  fc
    .tuple(
      fc.constantFrom('createdAt', 'lastSeenAt'),
      fc.constantFrom('>', '<'),
      fc.constantFrom('2020-01-01', '2099-01-01T00:00Z'),
    )
    .map((each) => each.join('')),
  fc.constantFrom('b', '"b 1"', 'CLOUD', '100%', 'ready', 'words'),
)
const filter = fc
  .array(fc.tuple(fc.boolean(), term), { minLength: 1, maxLength: 3 })
  .map((terms) => terms.map(([negated, text]) => (negated ? `-${text}` : text)).join(' '))

test('a filter in SQL holds for the same nodes as the filter language says', async () => {
  const all = (await nodeList(ctx, { limit: 1000 })).items
  await fc.assert(
    fc.asyncProperty(filter, async (text) => {
      const terms = filterParse(text)
      const expected = all.filter((node) =>
        filterMatches(
          terms,
          (field) => nodeFields[field]?.(node),
          [node.name, node.siteName, node.state, node.reason ?? ''].join(' '),
        ),
      )
      const found = (await nodeList(ctx, { filter: text, limit: 1000 })).items
      expect(found.map((node) => node.name)).toEqual(expected.map((node) => node.name))
    }),
    { numRuns: 120 },
  )
})

test('events are found by their subject, by id or part of one', async () => {
  const { items } = await nodeList(ctx, { limit: 1 })
  const id = items[0]?.id ?? ''
  const verbs = async (text: string) =>
    (await eventList(ctx, { filter: text })).items.map((event) => event.verb)
  await expect.poll(() => verbs(`subject:${id}`)).toEqual(['node.create'])
  expect(await verbs(`subject:${id.slice(0, 30)}* subject:${id}`)).toEqual(['node.create'])
  expect(await verbs('subject:nobody')).toEqual([])
})
