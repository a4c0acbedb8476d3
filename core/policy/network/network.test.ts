import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OrreryError } from '@orrery/api/errors.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCreate } from '../../inventory.ts'
import { inventoryReserve } from '../../inventory/reserve.ts'
import { decide } from '../../planner/decide.ts'
import { anyNodes, anySites, anyWorkloads, node, site, workload } from '../../planner/made-up.ts'
import { networkScorer } from './network.ts'
import { onnxRead } from './onnx.ts'
import { networkPolicy } from './policy.ts'

const folder = join(import.meta.dirname, 'fixtures')
const file = new Uint8Array(readFileSync(join(folder, 'placement.onnx')))
/** Rows of features, and what `onnx.reference` of the Python package makes of them. */
const known = JSON.parse(readFileSync(join(folder, 'placement-scores.json'), 'utf8')) as {
  features: number[][]
  scores: number[]
}

const codeOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error instanceof OrreryError ? `${error.code}: ${error.message}` : error
  }
  return 'nothing was thrown'
}

describe('a network read from ONNX', () => {
  it('gives what the reference gives', () => {
    const score = networkScorer(onnxRead(file))
    expect(known.features.length).toBeGreaterThan(10)
    known.features.forEach((row, at) => {
      expect(score(Float64Array.from(row))).toBeCloseTo(known.scores[at] ?? Number.NaN, 4)
    })
  })

  it('is refused in words, whatever is done to the file', () => {
    expect(codeOf(() => onnxRead(new Uint8Array(0)))).toMatch(/^invalid: .*no graph/)
    expect(codeOf(() => onnxRead(new TextEncoder().encode('{"json": true}')))).toMatch(/^invalid: /)
    const text = (from: string, to: string) =>
      Uint8Array.from(Buffer.from(Buffer.from(file).toString('latin1').replaceAll(from, to), 'latin1'))
    expect(codeOf(() => onnxRead(text('Tanh', 'Conv')))).toMatch(/it has a Conv; known are Gemm, Tanh/)
    expect(codeOf(() => onnxRead(text('orrery.features', 'orrery.fixtures')))).toMatch(
      /has no orrery.features/,
    )
    expect(codeOf(() => networkPolicy('x', onnxRead(text('node.cpuFree', 'node.cpuHeat'))))).toMatch(
      /^invalid: a planner knows no feature "node.cpuHeat"/,
    )
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const broken = file.slice()
        broken[at] = byte
        for (const bytes of [broken, file.slice(0, at)]) {
          expect(codeOf(() => onnxRead(bytes))).toMatch(/^invalid: |^nothing was thrown$/)
        }
      }),
    )
  })
})

describe('a learned policy', () => {
  const policy = networkPolicy('learned', onnxRead(file))

  it('places only where there is room', () => {
    fc.assert(
      fc.property(anySites, anyNodes, anyWorkloads, (sites, nodes, workloads) => {
        const inventory = inventoryCreate(sites, nodes, [])
        const { cpuLimit, cpuAllocated } = inventory.nodes
        for (const each of workloads) {
          const { nodeIndex, gpuIndexes, feasible } = decide(inventory, each, policy)
          expect(nodeIndex === null).toBe(feasible === 0)
          if (nodeIndex === null) continue
          inventoryReserve(inventory, nodeIndex, each, gpuIndexes)
          expect(cpuAllocated[nodeIndex]).toBeLessThanOrEqual(cpuLimit[nodeIndex] ?? 0)
        }
        expect(inventory.devices.milliFree.every((free) => free >= 0)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('has learned to keep whole nodes free for whole jobs', () => {
    const gpus = Array.from({ length: 8 }, () => 'A')
    const large = { cpuCores: 96, gib: 384, gpus }
    const nodes = [
      node('idle', large),
      node('begun', large),
      node('small', { cpuCores: 8, gib: 60, gpus: ['A'] }),
    ]
    const inventory = inventoryCreate([site('cloud')], nodes, [])
    const share = workload('share', { cpuCores: 2, gib: 8, gpus: 1, milli: 250 })
    inventoryReserve(inventory, 1, share, [0])
    const { chosen } = decide(inventory, share, policy)
    expect(chosen?.nodeName).not.toBe('idle')
    expect(Object.keys(chosen?.scores ?? {})).toEqual(['learned'])
  })
})
