import { type Static, Type } from 'typebox'
import { PolicyId } from './id.ts'
import { Name, Timestamp, oneOf, strict } from './scalar.ts'

export const policyModes = ['auto', 'approve'] as const

/** How to choose. `algorithm` names an entry of the registry in core/policy; `weight`s compose scores when it is `weighted`. */
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
    seed: Type.Optional(written.seed),
    active: Type.Optional(written.active),
  },
  strict,
)
export type PolicyCreate = Static<typeof PolicyCreate>
export const PolicyUpdate = Type.Partial(PolicyCreate, { ...strict, minProperties: 1 })
export type PolicyUpdate = Static<typeof PolicyUpdate>
