/** What a rebalance environment is made of, as data. */
import { type Static, Type } from 'typebox'
import { NodeShape, WorkClass } from '../placement/config.ts'

const strict = { additionalProperties: false }
const reward = Type.Number({ minimum: -1000, maximum: 1000 })

export const RebalanceConfig = Type.Object(
  {
    nodeCount: Type.Integer({ minimum: 2, maximum: 1000 }),
    shapes: Type.Array(NodeShape, { minItems: 1, maxItems: 32 }),
    /** `life` says how often a class stands at the beginning, beside its weight. */
    work: Type.Array(WorkClass, { minItems: 1, maxItems: 32 }),
    /** share of all cores, memory or GPUs, whichever comes first, that is in use at the beginning */
    fill: Type.Number({ minimum: 0.01, maximum: 1 }),
    /** how many migrations are offered per step */
    candidates: Type.Integer({ minimum: 1, maximum: 64 }),
    /** how many leave, and as many come, after each step */
    churn: Type.Integer({ minimum: 0, maximum: 64 }),
    stepsMost: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** An episode is terminated when so many were moved; 0: never. */
    movesMost: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    rewards: Type.Object({ packing: reward, emptied: reward, moved: reward, invalid: reward }, strict),
  },
  strict,
)
export type RebalanceConfig = Static<typeof RebalanceConfig>
