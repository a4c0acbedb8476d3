/**
 * What every provider must do, as test cases over a factory. A case that a provider cannot answer is skipped with the
 * reason that its capabilities or its factory give; the reason is part of the test's name.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Provider, ProviderKindSpec, ProviderStep } from './provider.ts'

type StepNode = ProviderStep['node']

export type ConformanceWorld = {
  provider: Provider
  /** another connection to the same world, as another replica or a restarted server has */
  reopen(): Promise<Provider>
  /** two nodes on which a small workload fits, or what stands for them where nothing is started */
  nodes: [StepNode, StepNode]
  /** lets time pass until what was started has come up */
  settle(): Promise<void>
  close(): Promise<void>
}

export type ConformanceOptions = {
  spec: ProviderKindSpec
  open(): Promise<ConformanceWorld>
}

const demand = {
  cpuCores: 0.5,
  memoryBytes: 256 * 1024 ** 2,
  diskBytes: 0,
  gpu: { count: 0, milli: 0, models: [] },
}
const patient = () => AbortSignal.timeout(20_000)

export function providerConformance({ spec, open }: ConformanceOptions): void {
  const { capabilities } = spec
  const [observes, starts] = [capabilities.observe, capabilities.start]

  /** A case that runs where `able`; else it is skipped, with the reason in its name. */
  function when(able: boolean, why: string, name: string, run: () => Promise<void>): void {
    if (able) test(name, run)
    else test.skip(`${name} (skipped: ${spec.kind} ${why})`, run)
  }
  const whenStarts = (name: string, run: () => Promise<void>) => when(starts, 'starts nothing', name, run)
  const whenSees = (name: string, run: () => Promise<void>) =>
    when(starts && observes, starts ? 'observes nothing' : 'starts nothing', name, run)

  describe(`the provider ${spec.kind}`, () => {
    let world: ConformanceWorld
    beforeAll(async () => {
      world = await open()
    })
    afterAll(() => world.close())

    const step = (
      kind: ProviderStep['kind'],
      changes: Partial<ProviderStep['workload']> = {},
      node = world.nodes[0],
    ) => ({
      id: randomUUID(),
      kind,
      workload: {
        id: randomUUID(),
        name: `conformance-${randomUUID().slice(0, 8)}`,
        demand,
        providerRef: null,
        datasetId: null,
        ...changes,
      },
      node,
    })
    const machinesOf = async (workloadId: string, provider = world.provider) =>
      (await provider.observe(patient())).workloads.filter((each) => each.workloadId === workloadId)
    const started = async (changes: Partial<ProviderStep['workload']> = {}) => {
      const start = step('start', changes)
      const { providerRef } = await world.provider.apply(start, patient())
      return { start, workload: { ...start.workload, providerRef } }
    }

    test('refs are unique, and everything observed refers to what is observed with it', async () => {
      const { nodes, workloads, samples, sites } = await world.provider.observe(patient())
      const nodeRefs = new Set(nodes.map((node) => node.ref))
      const machineRefs = new Set(workloads.map((workload) => workload.ref))
      expect(nodeRefs.size).toBe(nodes.length)
      expect(machineRefs.size).toBe(workloads.length)
      expect(workloads.filter((workload) => !nodeRefs.has(workload.nodeRef))).toEqual([])
      const siteNames = new Set(sites.map((site) => site.name))
      if (sites.length > 0) expect(nodes.filter((node) => !siteNames.has(node.siteName))).toEqual([])
      const unknown = samples.filter(
        ({ subject, ref }) => !(subject === 'node' ? nodeRefs : machineRefs).has(ref),
      )
      expect(unknown).toEqual([])
      for (const node of nodes) expect(node.healthy || node.reason !== null).toBe(true)
    })

    test('what it cannot do it does not report', async () => {
      const observation = await world.provider.observe(patient())
      if (!observes) expect(observation).toEqual({ nodes: [], workloads: [], samples: [], sites: [] })
      if (!capabilities.metrics) expect(observation.samples).toEqual([])
    })

    when(observes, 'observes nothing', 'two observations in a row see the same things', async () => {
      const pick = async () => {
        const { nodes, workloads } = await world.provider.observe(patient())
        return {
          nodes: nodes.map((node) => [node.ref, node.capacity]),
          workloads: workloads.map((each) => each.ref),
        }
      }
      expect(await pick()).toEqual(await pick())
    })

    whenSees('what is started is seen, once, under the ref that the start answered', async () => {
      const { workload } = await started()
      const [seen, ...more] = await machinesOf(workload.id)
      expect(more).toEqual([])
      expect(seen).toMatchObject({
        ref: workload.providerRef,
        name: workload.name,
        nodeRef: world.nodes[0].providerRef,
      })
      await world.settle()
      expect(await machinesOf(workload.id)).toMatchObject([{ state: 'running', reason: null }])
    })

    whenStarts(
      'a step applied again acts once and answers the same, also through another connection',
      async () => {
        const { start, workload } = await started()
        expect(await world.provider.apply(start, patient())).toMatchObject({
          providerRef: workload.providerRef,
        })
        const other = await world.reopen()
        expect(await other.apply(start, patient())).toMatchObject({ providerRef: workload.providerRef })
        if (observes) expect(await machinesOf(workload.id, other)).toHaveLength(1)
        await other.close()
      },
    )

    whenStarts('one step applied many times at the same moment acts once', async () => {
      const start = step('start')
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => world.provider.apply(start, patient())),
      )
      expect(new Set(answers.map((answer) => answer.providerRef)).size).toBe(1)
      if (observes) expect(await machinesOf(start.workload.id)).toHaveLength(1)
    })

    whenStarts('a start that was interrupted, applied again, acts once', async () => {
      const start = step('start')
      const interruption = new AbortController()
      const first = world.provider.apply(start, interruption.signal)
      interruption.abort()
      await first.catch((error: unknown) => expect(error).toMatchObject({ code: 'unavailable' }))
      const { providerRef } = await world.provider.apply(start, patient())
      if (observes) expect(await machinesOf(start.workload.id)).toMatchObject([{ ref: providerRef }])
    })

    whenSees('a stopped machine is gone, and a repeated start does not bring it back', async () => {
      const { start, workload } = await started()
      const stop = { ...step('stop'), workload }
      await world.provider.apply(stop, patient())
      await world.provider.apply(stop, patient())
      expect(await machinesOf(workload.id)).toEqual([])
      await world.provider.apply(start, patient())
      expect(await machinesOf(workload.id)).toEqual([])
    })

    whenSees('a stop without a ref stops every machine of that workload and no other', async () => {
      const { workload } = await started()
      const { workload: twin } = await started({ id: workload.id, name: workload.name })
      const { workload: other } = await started()
      expect(await machinesOf(twin.id)).toHaveLength(2)
      await world.provider.apply(step('stop', { id: workload.id }), patient())
      expect(await machinesOf(workload.id)).toEqual([])
      expect(await machinesOf(other.id)).toHaveLength(1)
    })

    whenStarts('stopping a machine that is not there is done already', async () => {
      await world.provider.apply(step('stop', { providerRef: 'no-such-machine' }), patient())
      await world.provider.apply(step('stop'), patient())
    })

    whenStarts('a start on a node it does not have is refused in words that name the node', async () => {
      const nowhere = { id: randomUUID(), name: 'node-of-nobody', providerRef: 'node-of-nobody' }
      const start = step('start', {}, nowhere)
      await expect(world.provider.apply(start, patient())).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringContaining('node-of-nobody') as string,
      })
      if (observes) expect(await machinesOf(start.workload.id)).toEqual([])
    })

    when(
      capabilities.migrate !== 'none' && starts && observes,
      'moves nothing',
      'a migrated machine is on the other node only',
      async () => {
        const { workload } = await started()
        await world.settle()
        const [from, to] = world.nodes
        const move: ProviderStep = { ...step('migrate', {}, to), workload, fromNode: from }
        const { providerRef } = await world.provider.apply(move, patient())
        await world.provider.apply(move, patient())
        expect(await machinesOf(workload.id)).toMatchObject([{ ref: providerRef, nodeRef: to.providerRef }])
      },
    )

    when(
      capabilities.resize !== 'none' && starts && observes,
      'resizes nothing',
      'a resized machine reports its new size',
      async () => {
        const { workload } = await started()
        await world.settle()
        const larger = { ...workload, demand: { ...demand, cpuCores: 1 } }
        await world.provider.apply({ ...step('resize'), workload: larger }, patient())
        expect(await machinesOf(workload.id)).toMatchObject([
          { size: { cpuCores: 1, memoryBytes: demand.memoryBytes } },
        ])
      },
    )

    when(
      capabilities.metrics && starts,
      'measures nothing',
      'samples are of what runs, not negative, and no later than now',
      async () => {
        const { workload } = await started()
        await world.settle()
        const { samples } = await world.provider.observe(patient())
        const own = samples.filter(
          (sample) => sample.subject === 'workload' && sample.ref === workload.providerRef,
        )
        expect(own).toHaveLength(1)
        for (const sample of samples) {
          expect(Object.values(sample.values).every((value) => Number.isFinite(value) && value >= 0)).toBe(
            true,
          )
        }
      },
    )

    when(
      observes || starts,
      'does nothing that takes time',
      'an aborted signal ends a call with `unavailable`',
      async () => {
        const aborted = AbortSignal.abort(new Error('not now'))
        await expect(world.provider.observe(aborted)).rejects.toMatchObject({ code: 'unavailable' })
        const start = step('start')
        await expect(world.provider.apply(start, aborted)).rejects.toMatchObject({ code: 'unavailable' })
        if (observes) expect(await machinesOf(start.workload.id)).toEqual([])
      },
    )
  })
}
