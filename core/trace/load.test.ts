import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TraceLoaded, traceLoad } from './load.ts'
import { type TraceTask, demandGpuMilli } from './model.ts'
import { openbParse } from './openb.ts'

const shared = join(import.meta.dirname, '../../../shared/data/openb')
const absent = !existsSync(shared) && 'the published data (../shared/data) is not here'

const anyTrace = fc
  .array(
    fc.record({
      arrivalSeconds: fc.integer({ min: 0, max: 20_000 }),
      life: fc.option(fc.integer({ min: 0, max: 2000 }), { freq: 10 }),
      gpu: fc.constantFrom(
        { count: 0, milli: 0 },
        { count: 1, milli: 130 },
        { count: 1, milli: 1000 },
        { count: 2, milli: 1000 },
      ),
    }),
    { minLength: 5, maxLength: 60 },
  )
  .map((tasks) =>
    tasks.map(({ arrivalSeconds, life, gpu }, index): TraceTask => ({
      name: `t${index}`,
      demand: { cpuCores: 1, memoryBytes: 1, diskBytes: 0, gpu: { ...gpu, models: [] } },
      arrivalSeconds,
      departureSeconds: life === null ? null : arrivalSeconds + life,
    })),
  )
  .filter((tasks) => tasks.some((task) => demandGpuMilli(task.demand) > 0))
  .filter((tasks) => new Set(tasks.flatMap((task) => [task.arrivalSeconds, task.departureSeconds])).size > 2)

/** After each instant, how many milli of GPUs are asked for. */
function askedOver({ events, tasks }: TraceLoaded): { atSeconds: number; asked: number }[] {
  const steps: { atSeconds: number; asked: number }[] = []
  let asked = 0
  for (const { kind, task, atSeconds } of events) {
    const demand = tasks[task]?.demand
    if (demand === undefined) throw new Error('an event names no task')
    asked += (kind === 'arrival' ? 1 : -1) * demandGpuMilli(demand)
    if (steps.at(-1)?.atSeconds === atSeconds) steps.pop()
    steps.push({ atSeconds, asked })
  }
  return steps
}

describe('a loaded trace', () => {
  it('never asks for more than its target, and from the ramp to the end for nearly that', () => {
    fc.assert(
      fc.property(anyTrace, fc.constantFrom(0.5, 0.9, 1.3), fc.nat(), (trace, load, seed) => {
        const gpuMilliCapacity = 8000
        const loaded = traceLoad(trace, { load, gpuMilliCapacity, seed })
        const largest = Math.max(...trace.map(({ demand }) => demandGpuMilli(demand)))
        const steps = askedOver(loaded)
        const ramp = loaded.spanSeconds * 0.1
        for (const [index, { atSeconds, asked }] of steps.entries()) {
          expect(asked).toBeLessThanOrEqual(
            loaded.targetGpuMilli * Math.min(1, atSeconds / Math.floor(Math.max(1, ramp))) + 1e-6,
          )
          const until = steps[index + 1]?.atSeconds ?? loaded.spanSeconds
          if (until > ramp + 1) {
            expect(asked).toBeGreaterThan(loaded.targetGpuMilli - largest)
          }
        }
      }),
    )
  })

  it('lasts as long as the trace and uses its tasks about as often as told', () => {
    fc.assert(
      fc.property(anyTrace, fc.nat(), fc.integer({ min: 1, max: 4 }), (trace, seed, turnover) => {
        const loaded = traceLoad(trace, { load: 0.9, gpuMilliCapacity: 40_000, seed, turnover })
        const once = trace.reduce((sum, { demand }) => sum + demandGpuMilli(demand), 0)
        const passes = Math.ceil(((1 + turnover) * loaded.targetGpuMilli) / once)
        expect(loaded.lifeFactor).toBeGreaterThanOrEqual(1)
        expect(loaded.tasks.length).toBeLessThanOrEqual(trace.length * passes)
        for (const task of loaded.tasks) {
          expect(task.arrivalSeconds).toBeLessThanOrEqual(loaded.spanSeconds)
          expect(task.departureSeconds ?? task.arrivalSeconds + 1).toBeGreaterThan(task.arrivalSeconds)
          expect(task.departureSeconds ?? 0).toBeLessThanOrEqual(loaded.spanSeconds)
        }
        expect(new Set(loaded.tasks.map(({ name }) => name)).size).toBe(loaded.tasks.length)
      }),
    )
  })

  it('is the same for the same seed, and another for another', () => {
    const trace = fc.sample(anyTrace, { numRuns: 1, seed: 5 })[0] ?? []
    const load = (seed: number) => traceLoad(trace, { load: 0.9, gpuMilliCapacity: 16_000, seed })
    expect(load(1)).toEqual(load(1))
    expect(load(1).events).not.toEqual(load(2).events)
  })

  it('begins with the trace’s own order and then repeats under new names', () => {
    const task = (name: string, arrivalSeconds: number): TraceTask => ({
      name,
      demand: { cpuCores: 1, memoryBytes: 1, diskBytes: 0, gpu: { count: 1, milli: 500, models: [] } },
      arrivalSeconds,
      departureSeconds: arrivalSeconds + 10,
    })
    const { tasks } = traceLoad([task('late', 900), task('early', 0)], {
      load: 1,
      gpuMilliCapacity: 1000,
      seed: 1,
    })
    expect(tasks.slice(0, 2).map(({ name }) => name)).toEqual(['early', 'late'])
    expect(
      tasks
        .slice(2, 4)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['early~2', 'late~2'])
  })

  it('refuses what cannot be reached', () => {
    const idle: TraceTask = {
      name: 'idle',
      demand: { cpuCores: 1, memoryBytes: 1, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } },
      arrivalSeconds: 0,
      departureSeconds: 10,
    }
    const timeless = {
      ...idle,
      demand: { ...idle.demand, gpu: { count: 1, milli: 1000, models: [] } },
      departureSeconds: null,
    }
    const options = { load: 0.9, gpuMilliCapacity: 8000, seed: 1 }
    expect(() => traceLoad([idle], options)).toThrow('no task of the trace asks for GPUs')
    expect(() => traceLoad([timeless], options)).toThrow('no times')
    expect(() => traceLoad([idle], { ...options, load: 0 })).toThrow('give one above 0')
    const wide = {
      ...idle,
      name: 'wide',
      demand: { ...idle.demand, gpu: { count: 8, milli: 1000, models: [] } },
    }
    const { notes } = traceLoad([{ ...timeless, departureSeconds: 5 }, wide], options)
    expect(notes[1]).toBe('1 tasks ask for more GPUs than the load allows in all and are left out')
  })
})

describe('the published trace', () => {
  it('holds nine tenths of the GPUs from a tenth of its span to its end', ({ skip }) => {
    if (absent) skip(absent)
    const file = (name: string) => ({ name, text: readFileSync(join(shared, name), 'utf8') })
    const { tasks } = openbParse(file('openb_node_list_gpu_node.csv'), file('openb_pod_list_default.csv'))
    const loaded = traceLoad(tasks, { load: 0.9, gpuMilliCapacity: 6_212_000, seed: 42 })
    expect(loaded.spanSeconds).toBe(12_902_960)
    expect(loaded.tasks.length).toBeGreaterThan(20_000)
    const steps = askedOver(loaded)
    const share = (asked: number) => asked / 6_212_000
    expect(Math.max(...steps.map(({ asked }) => share(asked)))).toBeLessThanOrEqual(0.9)
    const steady = steps.filter(({ atSeconds }) => atSeconds > 1_290_297)
    expect(Math.min(...steady.map(({ asked }) => share(asked)))).toBeGreaterThan(0.898)
  })
})
