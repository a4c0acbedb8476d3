/** What a rebalance agent sees and may do. */
import type { Spaces } from '../model.ts'
import type { RebalanceConfig } from './config.ts'

export const candidateFeatures = [
  'cpu',
  'memory',
  'gpu',
  'fromUsed',
  'fromLast',
  'fromGpusIdle',
  'toUsed',
  'toEmpty',
  'toGpusIdle',
  'toCpuFree',
  'toMemoryFree',
  'toGpuFree',
] as const
export const clusterFeatures = ['cpuUsed', 'memoryUsed', 'gpuUsed', 'nodesUsed'] as const

export function rebalanceSpaces(config: RebalanceConfig): Spaces {
  const { candidates, rewards, stepsMost, movesMost } = config
  const length = candidates * candidateFeatures.length
  return {
    observation: {
      length: length + clusterFeatures.length,
      parts: [
        {
          name: 'candidates',
          description:
            'per migration: cores, memory and GPUs of the workload as shares of the largest node’s; how full the node is that it stands on, whether it is the last one there, and devices without work, by eight; how full the other node is, whether it is empty, its devices without work and what is free there as shares of the largest node’s; zeros where there is none',
          offset: 0,
          shape: [candidates, candidateFeatures.length],
          names: candidateFeatures,
          low: 0,
          high: 1,
        },
        {
          name: 'cluster',
          description: 'shares of all cores, memory and GPUs in use, and of the nodes that hold work',
          offset: length,
          shape: [clusterFeatures.length],
          names: clusterFeatures,
          low: 0,
          high: 1,
        },
      ],
    },
    action: {
      count: candidates + 1,
      description: `0 to ${candidates - 1}: that migration; ${candidates}: none`,
      instead: candidates,
    },
    rewards: [
      {
        name: 'packing',
        weight: rewards.packing,
        description: 'what the migration adds to the sum over nodes of their used shares, squared',
      },
      {
        name: 'emptied',
        weight: rewards.emptied,
        description: 'nodes that it leaves empty, less those that it fills',
      },
      { name: 'moved', weight: rewards.moved, description: '1 when a workload was moved' },
      { name: 'invalid', weight: rewards.invalid, description: '1 when the action was masked' },
    ],
    measures: [
      { name: 'moved', description: 'workloads that were moved' },
      { name: 'emptyNodes', description: 'mean share of nodes without work' },
      { name: 'packing', description: 'mean over nodes of their used shares, squared, at the end' },
      { name: 'lost', description: 'arrivals that found no room' },
      { name: 'invalid', description: 'actions that were masked' },
    ],
    limits: { steps: stepsMost, terminated: movesMost === 0 ? null : `${movesMost} workloads were moved` },
  }
}
