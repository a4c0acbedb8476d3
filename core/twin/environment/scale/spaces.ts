/** What a scale agent sees and may do. */
import type { Spaces } from '../model.ts'
import type { ScaleConfig } from './config.ts'

export const poolFeatures = [
  'size',
  'warming',
  'demand',
  'demandChange',
  'unserved',
  'daySine',
  'dayCosine',
] as const
export const scaleActions = { down: 0, stay: 1, up: 2 } as const

export function scaleSpaces({ rewards, stepsMost, unservedMost }: ScaleConfig): Spaces {
  return {
    observation: {
      length: poolFeatures.length,
      parts: [
        {
          name: 'pool',
          description:
            'how many there are and how many of them do not serve yet, as shares of the most; demand and its change since the last tick, as shares of what the most could serve; the share of demand that went unserved; the time of day',
          offset: 0,
          shape: [poolFeatures.length],
          names: poolFeatures,
          low: -1,
          high: 1,
        },
      ],
    },
    action: { count: 3, description: '0: one fewer; 1: stay; 2: one more', instead: scaleActions.stay },
    rewards: [
      { name: 'served', weight: rewards.served, description: 'share of the demand that was served' },
      { name: 'unserved', weight: rewards.unserved, description: 'share of the demand that was not' },
      {
        name: 'idle',
        weight: rewards.idle,
        description: 'those that had nothing to do, as a share of the most',
      },
      { name: 'changed', weight: rewards.changed, description: '1 when the pool grew or shrank' },
      { name: 'invalid', weight: rewards.invalid, description: '1 when the action was masked' },
    ],
    measures: [
      { name: 'served', description: 'share of all demand that was served' },
      { name: 'idle', description: 'mean share of the most that had nothing to do' },
      { name: 'changed', description: 'how often the pool grew or shrank' },
      { name: 'invalid', description: 'actions that were masked' },
    ],
    limits: {
      steps: stepsMost,
      terminated: unservedMost === 0 ? null : `${unservedMost} times the mean demand of a tick went unserved`,
    },
  }
}
