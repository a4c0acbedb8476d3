import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../../inventory.ts'
import { requestCreate } from '../../inventory/request.ts'
import { inventoryReserve } from '../../inventory/reserve.ts'
import { targetOf } from '../../inventory/target.ts'
import { node, site, workload } from '../../planner/made-up.ts'
import { devicesCreate } from '../fragment.ts'
import { pieceValues } from './cutting-stock.ts'
import { fill, fillScore } from './fill.ts'
import { memoAdd, memoCreate, memoGet } from './memo.ts'
import { playCreate, playOut, sequencePlay } from './play.ts'
import { rangesAdd, rangesCreate, rangesFind } from './ranges.ts'
import { type FillClass, fillTableOf } from './table.ts'
import { fillValues, situationCreate, situationRead, valueOf } from './values.ts'

const share = (milli: number, count = 1): FillClass => ({
  share: 1,
  cpu: 1e6,
  gpuCount: count,
  gpuMilli: milli,
  gpuModels: null,
})
const draw = () => 0

function devicesOf(lefts: readonly number[], models: readonly number[] = []) {
  const devices = devicesCreate(Math.max(1, lefts.length))
  devices.count = lefts.length
  lefts.forEach((left, at) => {
    devices.milliFree[at] = left
    devices.model[at] = models[at] ?? 0
  })
  return devices
}

describe('what a leftover is worth', () => {
  it('is nothing where no task fits, and all of it where tasks abound that fill it', () => {
    const values = pieceValues([{ milli: 500, supply: 1000 }], 10)
    expect([values[49], values[50], values[99], values[100]]).toEqual([0, 500, 500, 1000])
  })

  it('is no more than what tasks bring that find no better place', () => {
    // Ten devices; twenty large tasks want them all, and the few small ones fit beside them.
    const values = pieceValues(
      [
        { milli: 200, supply: 2 },
        { milli: 800, supply: 20 },
      ],
      10,
    )
    expect(values[80]).toBeCloseTo(800, 6)
    // There are more holes than small tasks: one more hole brings nothing.
    expect(values[100]).toBeLessThanOrEqual(1000)
    expect(values[20]).toBeLessThan(values[80] ?? 0)
  })

  it('never falls with more left, and never exceeds it', () => {
    const cut = fc.record({
      milli: fc.integer({ min: 1, max: 100 }).map((each) => each * 10),
      supply: fc.integer({ min: 0, max: 50 }),
    })
    const cuts = fc.uniqueArray(cut, { selector: ({ milli }) => milli, maxLength: 6 })
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 40 }), (given, devices) => {
        const values = pieceValues(given, devices)
        values.forEach((value, left) => {
          expect(value).toBeGreaterThanOrEqual((values[left - 1] ?? 0) - 1e-6)
          expect(value).toBeLessThanOrEqual(left * 10 + 1e-6)
        })
      }),
    )
  })
})

describe('what a node would be filled with', () => {
  const inventory = inventoryCreate([site('cloud')], [node('a', { gpus: ['A', 'B'] })], [])

  it('is bounded by its cores and by its devices, whichever end first', () => {
    const play = playCreate(fillTableOf(inventory, [share(500)], []), new Set([0]))
    expect(playOut(play, 100e6, devicesOf([1000, 1000]))).toBe(2000)
    expect(playOut(play, 3e6, devicesOf([1000, 1000]))).toBe(1500)
    expect(playOut(play, 100e6, devicesOf([400, 600]))).toBe(500)
    const everything = Number.POSITIVE_INFINITY
    expect(sequencePlay(play, 0, 100e6, devicesOf([1000, 1000]))).toEqual({
      value: 2000,
      from: 4e6,
      below: everything,
    })
    expect(sequencePlay(play, 0, 3.5e6, devicesOf([1000, 1000]))).toEqual({
      value: 1500,
      from: 3e6,
      below: 4e6,
    })
  })

  it('leaves out devices of models that the work does not accept', () => {
    const onlyB = { ...share(500), gpuModels: Uint8Array.of(0, 1) }
    const play = playCreate(fillTableOf(inventory, [onlyB], []), new Set([0, 1]))
    expect(playOut(play, 100e6, devicesOf([1000, 1000], [0, 1]))).toBe(1000)
  })

  it('counts rare work for several devices by what it can expect', () => {
    const pair = { ...share(1000, 2), share: 0.1 }
    const play = playCreate(fillTableOf(inventory, [], [pair]), new Set([0]))
    expect(playOut(play, 100e6, devicesOf([1000, 1000, 1000, 1000]))).toBeCloseTo(0.1 * 2000 * 2, 9)
    expect(playOut(play, 1e6, devicesOf([1000, 1000, 1000, 1000]))).toBeCloseTo(0.1 * 2000, 9)
    expect(playOut(play, 100e6, devicesOf([1000, 900]))).toBe(0)
  })

  it('is the same whether devices are counted or looked at one by one', () => {
    const classes = [share(300), share(700), share(1000), share(1000, 2)]
    const table = fillTableOf(inventory, classes, [])
    const plain = playCreate(table, new Set([0]))
    expect(plain.isPlain).toBe(true)
    const lefts = fc.array(fc.constantFrom(0, 100, 300, 650, 700, 1000), { maxLength: 8 })
    fc.assert(
      fc.property(lefts, fc.integer({ min: 0, max: 12 }), (left, cores) => {
        const devices = devicesOf(left)
        const counted = playOut(plain, cores * 1e6, devices)
        expect(playOut({ ...plain, isPlain: false }, cores * 1e6, devices)).toEqual(counted)
      }),
    )
  })
})

describe('what is remembered of nodes', () => {
  const sizes = fc.record({
    milli: fc.constantFrom(200, 300, 500, 700, 1000),
    cores: fc.constantFrom(0, 1, 2, 5),
    count: fc.constantFrom(1, 1, 1, 2),
  })
  const anyClasses = fc.array(sizes, { minLength: 1, maxLength: 5 }).map((given) =>
    given.map(({ milli, cores, count }) => ({
      ...share(count > 1 ? 1000 : milli, count),
      cpu: cores * 1e6,
    })),
  )
  const anyLefts = fc.array(fc.constantFrom(0, 150, 200, 250, 300, 310, 650, 690, 700, 1000), {
    minLength: 2,
    maxLength: 2,
  })

  it('is what playing anew would give, for any number of cores in any order', () => {
    fc.assert(
      fc.property(
        anyClasses,
        fc.array(fc.tuple(anyLefts, fc.integer({ min: 0, max: 80 })), { maxLength: 40 }),
        (classes, asked) => {
          const inventory = inventoryCreate([site('cloud')], [node('a', { gpus: ['A', 'A'] })], [])
          const table = fillTableOf(inventory, classes, classes.slice(0, 1))
          const values = fillValues(inventory, table, 80)
          const fresh = playCreate(table, new Set([0]))
          const situation = situationCreate()
          for (const [lefts, quarters] of asked) {
            inventory.devices.milliFree.set(lefts)
            situationRead(values, inventory, 0, situation)
            const cpu = quarters * 0.25e6
            const isOfUse = lefts.some((left) => left >= table.milliLeast)
            expect(valueOf(values, situation, cpu)).toBe(isOfUse ? playOut(fresh, cpu, devicesOf(lefts)) : 0)
          }
        },
      ),
    )
  })

  it('is kept by ranges that do not overlap, each question its own', () => {
    const range = fc.record({ question: fc.nat(5000), tenth: fc.nat(20) })
    fc.assert(
      fc.property(
        fc.uniqueArray(range, { selector: ({ question, tenth }) => `${question} ${tenth}`, maxLength: 50 }),
        (given) => {
          const ranges = rangesCreate()
          given.forEach(({ question, tenth }, value) =>
            rangesAdd(ranges, question, { from: tenth * 10, below: tenth * 10 + 9, value }),
          )
          given.forEach(({ question, tenth }, value) => {
            expect(rangesFind(ranges, question, tenth * 10)).toBe(value)
            expect(rangesFind(ranges, question, tenth * 10 + 8)).toBe(value)
            expect(rangesFind(ranges, question, tenth * 10 + 9)).toBeNaN()
          })
        },
      ),
    )
  })
})

describe('the score', () => {
  it('keeps shares together on a device, and whole devices whole', () => {
    const inventory = inventoryCreate(
      [site('cloud')],
      [node('used', { cpuCores: 64, gpus: ['A', 'A'] }), node('idle', { cpuCores: 64, gpus: ['A', 'A'] })],
      [],
    )
    const half = workload('half', { gpus: 1, milli: 500 })
    const whole = workload('whole', { gpus: 1 })
    inventory.target = targetOf([whole])
    inventoryReserve(inventory, 0, half, [1])
    const request = requestCreate(inventory, half, draw)
    expect(fill.of(inventory, request, 0)).toBeGreaterThan(fill.of(inventory, request, 1))
    expect(fill.device?.(inventory, request, 0)).toBe(1)
  })

  it('says the same of an inventory whatever others of its target it was asked about before', () => {
    const target = targetOf([
      workload('any', { gpus: 1, milli: 300 }),
      workload('only A', { gpus: 1, milli: 700, models: ['A'] }),
      workload('whole', { gpus: 2 }),
    ])
    const anyNode = fc.record({
      gpus: fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 3 }),
      lefts: fc.array(fc.constantFrom(0, 300, 500, 700, 1000), { minLength: 3, maxLength: 3 }),
    })
    const asked = [
      workload('share', { gpus: 1, milli: 300, cpuCores: 2 }),
      workload('share of A', { gpus: 1, milli: 700, models: ['A'] }),
      workload('whole', { gpus: 1 }),
    ]
    const anyInventories = fc.array(fc.array(anyNode, { minLength: 1, maxLength: 4 }), { maxLength: 5 })
    fc.assert(
      fc.property(anyInventories, (given) => {
        const score = fillScore()
        for (const nodes of given) {
          const inventory = inventoryCreate(
            [site('cloud')],
            nodes.map(({ gpus }, at) => node(`n${at}`, { cpuCores: 16, gpus })),
            [],
          )
          inventory.target = target
          nodes.forEach(({ gpus, lefts }, at) =>
            inventory.devices.milliFree.set(lefts.slice(0, gpus.length), inventory.nodes.gpuStart[at]),
          )
          const prepared = score.prepare?.(inventory) ?? score
          const fresh = fillScore()
          for (const each of asked) {
            const request = requestCreate(inventory, each, draw)
            for (let at = 0; at < nodes.length; at += 1) {
              const points = fresh.of(inventory, request, at)
              const device = fresh.device?.(inventory, request, at)
              expect(score.of(inventory, request, at)).toBe(points)
              expect(score.device?.(inventory, request, at)).toBe(device)
              expect(prepared.of(inventory, request, at)).toBe(points)
              expect(prepared.device?.(inventory, request, at)).toBe(device)
            }
          }
        }
      }),
    )
  })

  it('takes the next fuller device where the fullest would be spoilt', () => {
    const inventory = inventoryCreate(
      [site('cloud')],
      [node('n', { cpuCores: 64, gpus: ['A', 'A', 'A'] })],
      [],
    )
    inventory.target = targetOf([workload('large', { gpus: 1, milli: 700 })])
    inventory.devices.milliFree.set([1000, 900, 700])
    const small = requestCreate(inventory, workload('small', { gpus: 1, milli: 200 }), draw)
    expect(fill.device?.(inventory, small, 0)).toBe(1)
  })

  it('measures against the work at hand where there is no target, and is level for work without GPUs', () => {
    const inventory = inventoryCreate(
      [site('cloud')],
      [node('a', { gpus: ['A'] }), node('b', { gpus: ['A', 'A'] })],
      [],
    )
    const bare = requestCreate(inventory, workload('bare'), draw)
    expect([0, 1].map((at) => fill.of(inventory, bare, at))).toEqual([0, 0])
    const share500 = requestCreate(inventory, workload('share', { gpus: 1, milli: 500 }), draw)
    expect(fill.of(inventory, share500, 0)).toBe(fill.of(inventory, share500, 1))
  })
})

it('a memo gives back what was put in, by both halves of the key, however many there are', () => {
  const key = fc.tuple(fc.integer(), fc.integer())
  const entries = fc.uniqueArray(fc.tuple(key, fc.double({ noNaN: true })), {
    selector: ([[low, high]]) => `${low} ${high}`,
    maxLength: 200,
  })
  fc.assert(
    fc.property(entries, (given) => {
      const memo = memoCreate(4)
      for (const [[low, high], value] of given) {
        expect(memoGet(memo, low, high)).toBeNaN()
        memoAdd(memo, low, high, value)
      }
      for (const [[low, high], value] of given) expect(memoGet(memo, low, high)).toBe(value)
    }),
  )
})
