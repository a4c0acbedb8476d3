import { OrreryError } from '@orrery/api/errors.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomBelow, randomStream } from '../../random.ts'
import { environmentNames, environmentPlan, environmentsCreate } from './registry.ts'
import { type EnvironmentVector, environmentReset, vectorStep } from './vector.ts'

/** The bytes of every answer of a few hundred steps. */
function played(environment: (typeof environmentNames)[number], seed: number, count = 3): Uint8Array[] {
  const vector = begun(environment, seed, count)
  const stream = randomStream(seed, 'actions')
  const actionCount = vector.rules.spaces.action.count
  return Array.from({ length: 300 }, () => {
    vectorStep(
      vector,
      Int32Array.from({ length: count }, () => randomBelow(stream, actionCount)),
    )
    return new Uint8Array(vector.outputs.buffer.slice(0))
  })
}

function begun(
  environment: (typeof environmentNames)[number],
  seed: number,
  count = 3,
  overrides: Record<string, unknown> = {},
  autoreset: 'next-step' | 'disabled' = 'next-step',
): EnvironmentVector {
  const vector = environmentsCreate(environmentPlan({ environment, overrides }), count, autoreset)
  for (let env = 0; env < count; env += 1) environmentReset(vector, env, seed + env)
  return vector
}

const codeOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error instanceof OrreryError ? `${error.code}: ${error.message}` : error
  }
  return 'nothing was thrown'
}

describe.each(environmentNames)('the %s environment', (name) => {
  it('gives the same bytes for the same seed, and others for another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (seed) => {
        expect(played(name, seed)).toEqual(played(name, seed))
        expect(played(name, seed)).not.toEqual(played(name, seed + 1))
      }),
      { numRuns: 5 },
    )
  })

  it('does the same to an environment whatever stands beside it', () => {
    const alone = begun(name, 7, 1)
    const many = begun(name, 5, 4)
    const { observationLength } = alone.outputs
    for (let step = 0; step < 200; step += 1) {
      vectorStep(alone, Int32Array.of(step % 3))
      vectorStep(many, Int32Array.of(0, 1, step % 3, 2))
      const there = many.outputs.observations.subarray(2 * observationLength, 3 * observationLength)
      expect(there).toEqual(alone.outputs.observations)
    }
  })

  it('stays within the bounds of its spaces and always allows the action that stands in for a masked one', () => {
    const { outputs, rules } = begun(name, 1, 8)
    const vector = begun(name, 1, 8)
    const stream = randomStream(1)
    const { parts, length } = rules.spaces.observation
    expect(parts.reduce((sum, { shape }) => sum + shape.reduce((all, each) => all * each, 1), 0)).toBe(length)
    for (let step = 0; step < 700; step += 1) {
      vectorStep(
        vector,
        Int32Array.from({ length: 8 }, () => randomBelow(stream, rules.spaces.action.count)),
      )
      const { observations, masks, maskStride } = vector.outputs
      for (let env = 0; env < 8; env += 1) {
        expect(masks[env * maskStride + rules.spaces.action.instead]).toBe(1)
        for (const { offset, shape, low, high } of parts) {
          const from = env * length + offset
          const part = observations.subarray(from, from + shape.reduce((all, each) => all * each, 1))
          expect(part.every((value) => value >= low && value <= high)).toBe(true)
        }
      }
    }
    expect(outputs.count).toBe(8)
  })

  it('begins a new episode by itself in the step after the end, without acting', () => {
    const vector = begun(name, 3, 1, { stepsMost: 4 })
    const twin = begun(name, 3, 1, { stepsMost: 4 })
    const ends = Array.from({ length: 10 }, () => {
      vectorStep(vector, Int32Array.of(1))
      return vector.outputs.truncated[0]
    })
    expect(ends).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
    for (let step = 0; step < 10; step += 1) vectorStep(twin, Int32Array.of(step === 4 || step === 9 ? 0 : 1))
    expect(twin.outputs.buffer).toEqual(vector.outputs.buffer)
  })

  it('refuses a step before a reset, after the end and of the wrong length, and steps nothing', () => {
    const vector = begun(name, 3, 2, { stepsMost: 2 }, 'disabled')
    const fresh = environmentsCreate(environmentPlan({ environment: name }), 2, 'disabled')
    const two = Int32Array.of(1, 1)
    expect(codeOf(() => vectorStep(fresh, two))).toBe(
      'conflict: environment 0 was never reset: reset it before the next step',
    )
    vectorStep(vector, two)
    vectorStep(vector, two)
    environmentReset(vector, 0, 9)
    const before = new Uint8Array(vector.outputs.buffer.slice(0))
    expect(codeOf(() => vectorStep(vector, two))).toBe(
      'conflict: environment 1 has ended its episode: reset it before the next step',
    )
    expect(codeOf(() => vectorStep(vector, Int32Array.of(1)))).toMatch(/^invalid: a step takes 2 actions/)
    expect(codeOf(() => environmentReset(vector, 2, 1))).toMatch(/^invalid: there is no environment 2/)
    expect(codeOf(() => environmentReset(vector, 0, Number.NaN))).toMatch(
      /^invalid: a seed is a whole number/,
    )
    expect(new Uint8Array(vector.outputs.buffer)).toEqual(before)
  })

  it('takes an action that it does not know for the one that stands in, with the penalty', () => {
    const vector = begun(name, 3, 1)
    const { action, rewards } = vector.rules.spaces
    const penalty = rewards.find((each) => each.name === 'invalid')?.weight ?? 0
    const twin = begun(name, 3, 1)
    for (const strange of [-1, action.count, 2 ** 31 - 1]) {
      vectorStep(vector, Int32Array.of(strange))
      vectorStep(twin, Int32Array.of(action.instead))
      expect(vector.outputs.observations).toEqual(twin.outputs.observations)
      expect(vector.outputs.rewards[0]).toBeCloseTo((twin.outputs.rewards[0] ?? 0) + penalty, 5)
    }
  })

  it('refuses a config that makes no sense, with the place', () => {
    expect(codeOf(() => environmentPlan({ environment: name, scenario: 'none' }))).toMatch(
      /^not_found: .*none/,
    )
    expect(codeOf(() => environmentPlan({ environment: name, scenario: 'toString' }))).toMatch(/^not_found/)
    for (const overrides of [{ stepsMost: 0 }, { unheard: 1 }, { stepsMost: Number.NaN }, { rewards: {} }]) {
      expect(codeOf(() => environmentPlan({ environment: name, overrides }))).toMatch(/^invalid: .*\//)
    }
  })
})

describe('the scale environment', () => {
  it('ends an episode early when too much went unserved', () => {
    const vector = begun('scale', 1, 1, { demandMean: 500 }, 'disabled')
    let steps = 0
    while (vector.outputs.terminated[0] === 0) {
      vectorStep(vector, Int32Array.of(0))
      steps += 1
    }
    expect(steps).toBeLessThan(80)
    expect(vector.outputs.truncated[0]).toBe(0)
    expect(vector.outputs.measures[0]).toBeLessThan(0.5)
  })

  it('lets one that was added serve after it has warmed up, and takes one away that warms up first', () => {
    const still = { demandSwing: 0, burstChance: 0, noise: 0, warmTicks: 3, unservedMost: 0 }
    const vector = begun('scale', 1, 1, still)
    const warming = (action: number) => {
      vectorStep(vector, Int32Array.of(action))
      return Math.round(60 * (vector.outputs.observations[1] ?? 0))
    }
    expect([2, 2, 1, 1, 1, 1].map(warming)).toEqual([1, 2, 2, 1, 0, 0])
    expect([2, 0, 1, 1, 1].map(warming)).toEqual([1, 0, 0, 0, 0])
    expect(Math.round(60 * (vector.outputs.observations[0] ?? 0))).toBe(22)
  })
})
