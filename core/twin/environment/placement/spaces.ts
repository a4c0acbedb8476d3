/** What a placement agent sees and may do, and where it stands in the observation. */
import type { Spaces } from '../model.ts'
import type { PlacementConfig } from './config.ts'

export const nodeFeatures = [
  'cpuFree',
  'memoryFree',
  'gpuFree',
  'gpusIdle',
  'gpuMost',
  'gpuPart',
  'cpuCapacity',
  'memoryCapacity',
  'gpuCapacity',
] as const
export const workFeatures = ['cpu', 'memory', 'gpu', 'gpus', 'gpuMilli', 'waited', 'line'] as const

export function placementSpaces(config: PlacementConfig): Spaces {
  const { nodeCount, rewards, stepsMost, lostMost } = config
  const nodesLength = nodeCount * nodeFeatures.length
  return {
    observation: {
      length: nodesLength + workFeatures.length,
      parts: [
        {
          name: 'nodes',
          description:
            'per node: cores, memory and GPUs that are free, as shares of the largest node’s; devices without work, by eight; the most left on one device and on one in use; what the node has, as shares of the largest node’s',
          offset: 0,
          shape: [nodeCount, nodeFeatures.length],
          names: nodeFeatures,
          low: 0,
          high: 1,
        },
        {
          name: 'work',
          description:
            'of the pending workload: cores, memory and GPUs as shares of the largest node’s; devices, by eight; share of each; 1 when it has waited; how full the waiting line is',
          offset: nodesLength,
          shape: [workFeatures.length],
          names: workFeatures,
          low: 0,
          high: 1,
        },
      ],
    },
    action: {
      count: nodeCount + 1,
      description: `0 to ${nodeCount - 1}: place the pending workload on that node; ${nodeCount}: let it wait`,
      instead: nodeCount,
    },
    rewards: [
      { name: 'cpu', weight: rewards.cpu, description: 'share of all cores in use after the step' },
      { name: 'memory', weight: rewards.memory, description: 'share of all memory in use after the step' },
      { name: 'gpu', weight: rewards.gpu, description: 'share of all GPUs in use after the step' },
      { name: 'placed', weight: rewards.placed, description: '1 when the workload was placed' },
      { name: 'lost', weight: rewards.lost, description: '1 when one that waited was lost' },
      { name: 'invalid', weight: rewards.invalid, description: '1 when the action was masked' },
    ],
    measures: [
      { name: 'cpu', description: 'mean share of all cores in use, over the ticks after the first ones' },
      { name: 'memory', description: 'the same of memory' },
      { name: 'gpu', description: 'the same of GPUs' },
      { name: 'arrived', description: 'workloads that came' },
      { name: 'placed', description: 'workloads that got a node' },
      { name: 'lost', description: 'workloads that the waiting line had no room for' },
      { name: 'invalid', description: 'actions that were masked' },
    ],
    limits: {
      steps: stepsMost,
      terminated: lostMost === 0 ? null : `${lostMost} workloads were lost`,
    },
  }
}
