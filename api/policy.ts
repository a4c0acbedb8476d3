import { type Static, Type } from 'typebox'
import { PolicyId } from './id.ts'
import { Name, Timestamp, oneOf, strict } from './scalar.ts'

export const policyModes = ['auto', 'approve'] as const

export const networkActivations = ['none', 'tanh', 'relu', 'sigmoid'] as const

const numbers = (maxItems: number) =>
  Type.Array(Type.Number({ minimum: -1e6, maximum: 1e6 }), { minItems: 1, maxItems })

/** A small network that scores one node for one workload: each layer takes what the one before gives, the last gives one value. */
export const PolicyNetwork = Type.Object(
  {
    features: Type.Array(Type.String({ maxLength: 100 }), {
      minItems: 1,
      maxItems: 64,
      description: 'what goes into the first layer, by name and in order',
    }),
    layers: Type.Array(
      Type.Object(
        {
          weights: { ...numbers(16_384), description: 'those of one output after those of the other' },
          biases: { ...numbers(128), description: 'one per output' },
          activation: oneOf(networkActivations),
        },
        strict,
      ),
      { minItems: 1, maxItems: 8 },
    ),
  },
  { ...strict, description: 'of a learned policy; `orrery policy add` reads it from an ONNX file' },
)
export type PolicyNetwork = Static<typeof PolicyNetwork>

/** How to choose. `algorithm` names an entry of the registry in core/policy; `weight`s compose scores when it is `weighted`, a `network` scores when it is `learned`. */
const written = {
  algorithm: Type.String({ minLength: 1, maxLength: 64 }),
  mode: oneOf(policyModes, '`auto`: plans are applied at once; `approve`: a person confirms each plan'),
  weights: Type.Record(Type.String(), Type.Number({ minimum: -1000, maximum: 1000 }), { maxProperties: 32 }),
  seed: Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 }),
  active: Type.Boolean({ description: 'the one policy the live planner uses' }),
}

export const Policy = Type.Object(
  {
    id: PolicyId,
    name: Name,
    ...written,
    features: Type.Union([Type.Array(Type.String()), Type.Null()], {
      description: 'what a learned policy looks at; null for every other',
    }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Type.Integer(),
  },
  strict,
)
export type Policy = Static<typeof Policy>

export const PolicyCreate = Type.Object(
  {
    name: Name,
    algorithm: written.algorithm,
    mode: Type.Optional(written.mode),
    weights: Type.Optional(written.weights),
    network: Type.Optional(PolicyNetwork),
    seed: Type.Optional(written.seed),
    active: Type.Optional(written.active),
  },
  strict,
)
export type PolicyCreate = Static<typeof PolicyCreate>
export const PolicyUpdate = Type.Partial(PolicyCreate, { ...strict, minProperties: 1 })
export type PolicyUpdate = Static<typeof PolicyUpdate>
