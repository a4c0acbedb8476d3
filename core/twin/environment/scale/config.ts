/** What a scale environment is made of, as data. */
import { type Static, Type } from 'typebox'

const strict = { additionalProperties: false }
const reward = Type.Number({ minimum: -1000, maximum: 1000 })

export const ScaleConfig = Type.Object(
  {
    sizeLeast: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    sizeMost: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** ticks until one that was added serves */
    warmTicks: Type.Integer({ minimum: 0, maximum: 1000 }),
    /** demand, in units of what one serves: the mean, and how far the day takes it up and down, as a share */
    demandMean: Type.Number({ exclusiveMinimum: 0, maximum: 1e6 }),
    demandSwing: Type.Number({ minimum: 0, maximum: 1 }),
    dayTicks: Type.Integer({ minimum: 2, maximum: 1_000_000 }),
    /** how likely a burst begins at a tick, how high it is as a share of the mean, and how fast it fades */
    burstChance: Type.Number({ minimum: 0, maximum: 1 }),
    burstHeight: Type.Number({ minimum: 0, maximum: 100 }),
    burstKept: Type.Number({ minimum: 0, maximum: 0.999 }),
    /** deviation of what is noise, as a share of the mean */
    noise: Type.Number({ minimum: 0, maximum: 10 }),
    stepsMost: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** An episode is terminated when this much demand went unserved, in means of a tick; 0: never. */
    unservedMost: Type.Number({ minimum: 0, maximum: 1e9 }),
    rewards: Type.Object(
      { served: reward, unserved: reward, idle: reward, changed: reward, invalid: reward },
      strict,
    ),
  },
  strict,
)
export type ScaleConfig = Static<typeof ScaleConfig>
