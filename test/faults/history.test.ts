/** What was, is what the API said then: the past by `?at=` against a model that was written down as things happened. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OrreryError } from '@orrery/api/errors.ts'
import { brokenInvariants } from '../setup/invariants.ts'
import { type TestServer, testServer } from '../setup/running.ts'

const writers = 4
const gib = 1024 ** 3

let server: TestServer
beforeAll(async () => {
  server = await testServer()
  for (let writer = 0; writer < writers; writer += 1)
    await server.api.call('siteCreate', { body: { name: `site-${writer}`, kind: 'edge' } })
})
afterAll(() => server.close())

const command = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('nodeCreate' as const),
      of: fc.nat(3),
      cpuCores: fc.integer({ min: 1, max: 16 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('workloadCreate' as const),
      of: fc.nat(5),
      cpuCores: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ verb: fc.constant('bind' as const), of: fc.nat(5), to: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('unbind' as const), of: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({ verb: fc.constant('migrate' as const), of: fc.nat(5), to: fc.nat(3) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('resize' as const),
      of: fc.nat(5),
      cpuCores: fc.integer({ min: 0, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('label' as const),
      of: fc.nat(3),
      value: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('workloadDelete' as const), of: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('nodeDelete' as const), of: fc.nat(3) }) },
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

type Model = {
  nodes: Map<string, { cpuCores: number; zone: string | null }>
  workloads: Map<string, { cpuCores: number; node: string | null }>
}
/** What the model says at one instant, in the shape that the API's answers are brought to. */
type Picture = {
  at: string
  nodes: { name: string; cpuCores: number; zone: string | null; allocated: number; workloads: number }[]
  workloads: { name: string; cpuCores: number; node: string | null; state: string }[]
}

function pictureOf(at: string, { nodes, workloads }: Model): Picture {
  const on = (node: string) => [...workloads.values()].filter((each) => each.node === node)
  return {
    at,
    nodes: [...nodes]
      .map(([name, { cpuCores, zone }]) => ({
        name,
        cpuCores,
        zone,
        allocated: on(name).reduce((sum, each) => sum + each.cpuCores, 0),
        workloads: on(name).length,
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    workloads: [...workloads]
      .map(([name, { cpuCores, node }]) => ({
        name,
        cpuCores,
        node,
        state: node === null ? 'pending' : 'running',
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

/** Does it, and tells the model when the server agreed. */
async function perform(prefix: string, site: string, model: Model, each: Command): Promise<void> {
  const { api } = server
  const node = (index: number) => `${prefix}n${index}`
  const workload = (index: number) => `${prefix}w${index}`
  const known = model.workloads.get(workload(each.of))
  switch (each.verb) {
    case 'nodeCreate': {
      const capacity = { cpuCores: each.cpuCores, memoryBytes: 64 * gib }
      await api.call('nodeCreate', { body: { name: node(each.of), site, capacity } })
      model.nodes.set(node(each.of), { cpuCores: each.cpuCores, zone: null })
      break
    }
    case 'workloadCreate': {
      const demand = { cpuCores: each.cpuCores, memoryBytes: gib }
      await api.call('workloadCreate', { body: { name: workload(each.of), demand, autoPlace: false } })
      model.workloads.set(workload(each.of), { cpuCores: each.cpuCores, node: null })
      break
    }
    case 'bind':
      await api.call('workloadBind', { ref: workload(each.of), body: { node: node(each.to) } })
      if (known !== undefined) known.node = node(each.to)
      break
    case 'unbind':
      await api.call('workloadUnbind', { ref: workload(each.of), body: {} })
      if (known !== undefined) known.node = null
      break
    case 'migrate':
      await api.call('workloadMigrate', { ref: workload(each.of), body: { node: node(each.to) } })
      if (known !== undefined) known.node = node(each.to)
      break
    case 'resize':
      await api.call('workloadResize', {
        ref: workload(each.of),
        body: { demand: { cpuCores: each.cpuCores, memoryBytes: gib } },
      })
      if (known !== undefined) known.cpuCores = each.cpuCores
      break
    case 'label': {
      await api.call('nodeUpdate', { ref: node(each.of), body: { labels: { zone: each.value } } })
      const labelled = model.nodes.get(node(each.of))
      if (labelled !== undefined) labelled.zone = each.value
      break
    }
    case 'workloadDelete':
      await api.call('workloadDelete', { ref: workload(each.of) })
      model.workloads.delete(workload(each.of))
      break
    case 'nodeDelete':
      await api.call('nodeDelete', { ref: node(each.of) })
      model.nodes.delete(node(each.of))
      break
  }
}

async function instant(): Promise<string> {
  const { rows } = await server.pool.query<{ at: string }>('select clock_timestamp() as at')
  return rows[0]?.at ?? ''
}

/** The past as the API shows it, of one writer's things. */
async function pictureAt(prefix: string, at: string): Promise<Picture> {
  const query = { at, filter: `name:${prefix}*`, limit: 1000 }
  const [nodes, workloads] = await Promise.all([
    server.api.call('nodeList', { query }),
    server.api.call('workloadList', { query }),
  ])
  return {
    at,
    nodes: nodes.items.map((item) => ({
      name: item.name,
      cpuCores: item.capacity.cpuCores,
      zone: item.labels['zone'] ?? null,
      allocated: item.allocated.cpuCores,
      workloads: item.workloadCount,
    })),
    workloads: workloads.items.map((item) => ({
      name: item.name,
      cpuCores: item.demand.cpuCores,
      node: item.nodeName,
      state: item.state,
    })),
  }
}

/** The same instant from the whole inventory, which has only the nodes' columns. */
async function inventoryNodes(prefix: string, at: string): Promise<Pick<Picture, 'nodes'>['nodes']> {
  const { nodes } = await server.api.call('inventoryView', { query: { at } })
  return nodes.name
    .map((name, index) => ({
      name,
      cpuCores: nodes.cpuCores[index] ?? -1,
      allocated: nodes.cpuCoresAllocated[index] ?? -1,
      workloads: nodes.workloadCount[index] ?? -1,
      zone: null,
    }))
    .filter((each) => each.name.startsWith(prefix))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

test('lists, views and the inventory of a past instant are what a model recorded then, while others change things', async () => {
  let run = 0
  let pictures = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(command, { minLength: 25, maxLength: 25 }), {
        minLength: writers,
        maxLength: writers,
      }),
      async (scripts) => {
        run += 1
        const recorded = await Promise.all(
          scripts.map(async (script, writer) => {
            const prefix = `r${run}-${writer}-`
            const model: Model = { nodes: new Map(), workloads: new Map() }
            const taken: Picture[] = []
            for (const each of script) {
              try {
                await perform(prefix, `site-${writer}`, model, each)
              } catch (error) {
                // Refused: the model stays as it was, and so must the server.
                if (!(error instanceof OrreryError) || error.code === 'internal') throw error
              }
              taken.push(pictureOf(await instant(), model))
            }
            return { prefix, taken }
          }),
        )
        for (const { prefix, taken } of recorded) {
          for (const picture of taken) {
            pictures += 1
            expect(await pictureAt(prefix, picture.at)).toEqual(picture)
          }
          for (const picture of [taken[8], taken.at(-1)]) {
            if (picture === undefined) continue
            const columns = picture.nodes.map((node) => ({ ...node, zone: null }))
            expect(await inventoryNodes(prefix, picture.at)).toEqual(columns)
            const [workload] = picture.workloads
            if (workload === undefined) continue
            const viewed = await server.api.call('workloadView', {
              ref: workload.name,
              query: { at: picture.at },
            })
            expect([viewed.nodeName, viewed.demand.cpuCores]).toEqual([workload.node, workload.cpuCores])
          }
        }
        expect(await brokenInvariants(server.pool)).toEqual({})
      },
    ),
    { numRuns: 3, endOnFailure: true },
  )
  expect(pictures).toBeGreaterThan(100)
  expect(server.errorsLogged()).toEqual([])
})

test('an instant before everything shows nothing, and one in the future is refused', async () => {
  const early = { at: '2001-01-01T00:00:00Z' }
  expect((await server.api.call('nodeList', { query: early })).items).toEqual([])
  expect((await server.api.call('inventoryView', { query: early })).nodes.id).toEqual([])
  const late = new Date(Date.now() + 60_000).toISOString()
  await expect(server.api.call('nodeList', { query: { at: late } })).rejects.toMatchObject({
    code: 'invalid',
  })
})
