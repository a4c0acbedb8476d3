/** Scenarios as data. The numbers are made up after the shapes of GPU clusters; nothing is measured. */
import type { PlacementConfig } from './placement/config.ts'
import type { RebalanceConfig } from './rebalance/config.ts'
import type { ScaleConfig } from './scale/config.ts'

const gib = 1024

/**
 * Twenty unlike nodes asked for 110 % of their GPUs, with departures: shares of a GPU, whole ones, and jobs of four and
 * eight, which find a place only where the small ones are kept together.
 */
export const heterogeneous20: PlacementConfig = {
  nodeCount: 20,
  shapes: [
    { name: 'large', weight: 4, cpuMilli: 96_000, memoryMib: 384 * gib, gpus: 8 },
    { name: 'medium', weight: 5, cpuMilli: 64_000, memoryMib: 256 * gib, gpus: 4 },
    { name: 'wide', weight: 3, cpuMilli: 104_000, memoryMib: 512 * gib, gpus: 2 },
    { name: 'small', weight: 4, cpuMilli: 16_000, memoryMib: 120 * gib, gpus: 2 },
    { name: 'single', weight: 2, cpuMilli: 8000, memoryMib: 60 * gib, gpus: 1 },
    { name: 'plain', weight: 2, cpuMilli: 64_000, memoryMib: 128 * gib, gpus: 0 },
  ],
  work: [
    { name: 'service', weight: 10, life: 1, cpuMilli: 4000, memoryMib: 12 * gib, gpus: 0, gpuMilli: 0 },
    { name: 'database', weight: 3, life: 2, cpuMilli: 16_000, memoryMib: 64 * gib, gpus: 0, gpuMilli: 0 },
    { name: 'notebook', weight: 8, life: 1, cpuMilli: 2000, memoryMib: 8 * gib, gpus: 1, gpuMilli: 250 },
    { name: 'inference', weight: 8, life: 1.5, cpuMilli: 3000, memoryMib: 12 * gib, gpus: 1, gpuMilli: 500 },
    { name: 'model', weight: 6, life: 1, cpuMilli: 4000, memoryMib: 16 * gib, gpus: 1, gpuMilli: 800 },
    { name: 'training', weight: 14, life: 1, cpuMilli: 6000, memoryMib: 24 * gib, gpus: 1, gpuMilli: 1000 },
    {
      name: 'training-2',
      weight: 8,
      life: 1,
      cpuMilli: 12_000,
      memoryMib: 48 * gib,
      gpus: 2,
      gpuMilli: 1000,
    },
    {
      name: 'training-4',
      weight: 8,
      life: 1,
      cpuMilli: 24_000,
      memoryMib: 96 * gib,
      gpus: 4,
      gpuMilli: 1000,
    },
    {
      name: 'training-8',
      weight: 6,
      life: 1,
      cpuMilli: 64_000,
      memoryMib: 256 * gib,
      gpus: 8,
      gpuMilli: 1000,
    },
  ],
  load: 1.1,
  lineMost: 8,
  settleTicks: 200,
  stepsMost: 1000,
  lostMost: 0,
  rewards: { cpu: 0, memory: 0, gpu: 1, placed: 0, lost: 0, invalid: -1 },
}

export const placementScenarios: Readonly<Record<string, PlacementConfig>> = {
  'heterogeneous-20': heterogeneous20,
}

/** The same nodes and work, two thirds full and placed at random, one leaving and one coming per step. */
const scattered20: RebalanceConfig = {
  nodeCount: heterogeneous20.nodeCount,
  shapes: heterogeneous20.shapes,
  work: heterogeneous20.work,
  fill: 0.66,
  candidates: 8,
  churn: 1,
  stepsMost: 500,
  movesMost: 0,
  rewards: { packing: 1, emptied: 0.5, moved: -0.02, invalid: -1 },
}

export const rebalanceScenarios: Readonly<Record<string, RebalanceConfig>> = { 'scattered-20': scattered20 }

/** Runtimes for a demand that doubles over the day, where a new one takes five ticks to warm up. */
const dailyPool: ScaleConfig = {
  sizeLeast: 1,
  sizeMost: 60,
  warmTicks: 5,
  demandMean: 20,
  demandSwing: 0.5,
  dayTicks: 288,
  burstChance: 0.01,
  burstHeight: 0.5,
  burstKept: 0.9,
  noise: 0.03,
  stepsMost: 576,
  unservedMost: 50,
  rewards: { served: 0, unserved: -2, idle: -1, changed: -0.005, invalid: -1 },
}

export const scaleScenarios: Readonly<Record<string, ScaleConfig>> = { 'daily-pool': dailyPool }
