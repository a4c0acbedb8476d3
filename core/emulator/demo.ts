/**
 * The demonstration's world: one cloud, two edges, a lab and two streets of homes, 56 hosts and devices. Places,
 * latencies and carbon curves are made up to look plausible. Some things go wrong on purpose.
 */
import type { MixPlace } from '../trace/mix.ts'
import { type EmulatorConfig, emulatorConfigParse } from './config.ts'

const gib = 1024 ** 3
const gpus = (model: string, count: number) => Array.from({ length: count }, () => ({ model, milli: 1000 }))

/** A value for each hour of the day: `night` without sun, `noon` with the sun highest, evenly up and down between. */
function sunny(night: number, noon: number): number[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const sun = Math.max(0, Math.cos((2 * Math.PI * (hour - 12)) / 24))
    return Number((night + (noon - night) * sun).toFixed(3))
  })
}

/** `change` replaces top-level settings, such as the seed and the speed. */
export function emulatorDemo(
  change: Partial<Pick<EmulatorConfig, 'seed' | 'speed' | 'startAt' | 'script'>> = {},
): EmulatorConfig {
  return emulatorConfigParse({ ...demo, ...change })
}

/** How many workloads of which mix stand at which site of the demonstration, for core/trace/mix.ts. */
export const demoMix: readonly { site: string; place: MixPlace; standing: number }[] = [
  { site: 'cloud-1', place: 'cloud', standing: 90 },
  { site: 'edge-1', place: 'edge', standing: 30 },
  { site: 'edge-2', place: 'edge', standing: 22 },
  { site: 'lab-1', place: 'lab', standing: 24 },
  { site: 'homes-1', place: 'home', standing: 18 },
  { site: 'homes-2', place: 'home', standing: 12 },
]

const demo = {
  seed: 42,
  speed: 60,
  start: { meanSeconds: 150, deviationSeconds: 60, failedShare: 0.01 },
  sites: [
    {
      name: 'cloud-1',
      kind: 'cloud',
      geo: { latitude: 53.35, longitude: -6.26 },
      carbonGramsPerKwh: sunny(320, 210),
      renewableShare: sunny(0.38, 0.6),
      allowedRiskLevels: [0, 1, 2, 3],
      links: [
        { to: 'edge-1', latencyMs: 12, bandwidthMbps: 10_000 },
        { to: 'edge-2', latencyMs: 19, bandwidthMbps: 10_000 },
        { to: 'lab-1', latencyMs: 26, bandwidthMbps: 1000 },
        { to: 'homes-1', latencyMs: 34, bandwidthMbps: 500 },
        { to: 'homes-2', latencyMs: 41, bandwidthMbps: 250 },
      ],
      nodes: [
        host('cloud-1-std', 10, [32, 128, 1000], [], { idleWatts: 120, wattsPerCore: 5, wattsPerGpu: 0 }),
        host('cloud-1-mem', 4, [64, 512, 2000], [], { idleWatts: 200, wattsPerCore: 5.5, wattsPerGpu: 0 }),
        host('cloud-1-gpu', 4, [48, 384, 2000], gpus('A100', 4), {
          idleWatts: 350,
          wattsPerCore: 5,
          wattsPerGpu: 300,
        }),
      ],
    },
    {
      name: 'edge-1',
      kind: 'edge',
      geo: { latitude: 51.9, longitude: 4.48 },
      carbonGramsPerKwh: sunny(280, 160),
      renewableShare: sunny(0.45, 0.75),
      allowedRiskLevels: [0, 1, 2],
      links: [
        { to: 'edge-2', latencyMs: 9, bandwidthMbps: 1000 },
        { to: 'homes-1', latencyMs: 6, bandwidthMbps: 500 },
      ],
      nodes: [
        host('edge-1-std', 6, [8, 32, 250], [], { idleWatts: 45, wattsPerCore: 4, wattsPerGpu: 0 }),
        host('edge-1-gpu', 2, [16, 64, 500], gpus('T4', 2), {
          idleWatts: 80,
          wattsPerCore: 4,
          wattsPerGpu: 70,
        }),
      ],
    },
    {
      name: 'edge-2',
      kind: 'edge',
      geo: { latitude: 41.39, longitude: 2.17 },
      carbonGramsPerKwh: sunny(190, 70),
      renewableShare: sunny(0.5, 0.95),
      allowedRiskLevels: [0, 1],
      links: [{ to: 'homes-2', latencyMs: 7, bandwidthMbps: 250 }],
      nodes: [
        host('edge-2-std', 5, [8, 32, 250], [], { idleWatts: 45, wattsPerCore: 4, wattsPerGpu: 0 }),
        host('edge-2-gpu', 2, [16, 64, 500], gpus('T4', 1), {
          idleWatts: 70,
          wattsPerCore: 4,
          wattsPerGpu: 70,
        }),
      ],
    },
    {
      name: 'lab-1',
      kind: 'edge',
      geo: { latitude: 63.42, longitude: 10.4 },
      carbonGramsPerKwh: sunny(32, 28),
      renewableShare: sunny(0.97, 0.98),
      allowedRiskLevels: [0, 1, 2, 3],
      links: [{ to: 'edge-1', latencyMs: 21, bandwidthMbps: 1000 }],
      nodes: [
        host('lab-1-desk', 8, [16, 64, 500], [], { idleWatts: 60, wattsPerCore: 6, wattsPerGpu: 0 }),
        host('lab-1-render', 3, [24, 96, 1000], gpus('RTX4090', 2), {
          idleWatts: 110,
          wattsPerCore: 6,
          wattsPerGpu: 320,
        }),
      ],
    },
    {
      name: 'homes-1',
      kind: 'device',
      geo: { latitude: 52.08, longitude: 4.3 },
      carbonGramsPerKwh: sunny(300, 120),
      renewableShare: sunny(0.4, 0.85),
      allowedRiskLevels: [0],
      nodes: [device('homes-1-box', 7, [4, 4]), device('homes-1-camera', 1, [2, 1])],
    },
    {
      name: 'homes-2',
      kind: 'device',
      geo: { latitude: 41.6, longitude: 2.29 },
      carbonGramsPerKwh: sunny(200, 60),
      renewableShare: sunny(0.5, 0.95),
      allowedRiskLevels: [0],
      nodes: [device('homes-2-box', 4, [4, 4])],
    },
  ],
  script: [
    { fault: 'slow-start', workload: 'cloud-training-*', delaySeconds: 900 },
    { fault: 'failed-start', workload: '*-assistant-*', fromSeconds: 7200, untilSeconds: 10_800 },
    { fault: 'lost-node', node: 'edge-1-std-3', fromSeconds: 5400, untilSeconds: 9000 },
    { fault: 'flapping-node', node: 'homes-2-box-2', fromSeconds: 3600, periodSeconds: 3600, downShare: 0.2 },
  ],
}

type Power = { idleWatts: number; wattsPerCore: number; wattsPerGpu: number }

function host(
  name: string,
  count: number,
  [cpuCores, memoryGib, diskGib]: [number, number, number],
  devices: { model: string; milli: number }[],
  power: Power,
) {
  const capacity = { cpuCores, memoryBytes: memoryGib * gib, diskBytes: diskGib * gib, gpus: devices }
  const capabilities = ['kvm', 'container', ...(devices.length > 0 ? ['gpu'] : [])]
  return { name, count, kind: 'host', capacity, capabilities, power }
}

function device(name: string, count: number, [cpuCores, memoryGib]: [number, number]) {
  return {
    name,
    count,
    kind: 'device',
    capacity: { cpuCores, memoryBytes: memoryGib * gib, diskBytes: 16 * gib, gpus: [] },
    capabilities: ['wasm'],
    power: { idleWatts: 3, wattsPerCore: 1.5, wattsPerGpu: 0 },
    baseMemoryBytes: 128 * 1024 ** 2,
  }
}
