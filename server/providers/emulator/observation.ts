/**
 * What the emulated world shows at one instant. The same world, configuration and instant give the same observation.
 */
import type { EmulatorAnchor } from '@orrery/core/emulator/clock.ts'
import { emulatedSeconds, wallMsAt } from '@orrery/core/emulator/clock.ts'
import type { EmulatorConfig } from '@orrery/core/emulator/config.ts'
import { carbonAt } from '@orrery/core/emulator/energy.ts'
import { machineState } from '@orrery/core/emulator/machine.ts'
import { type EmulatorNode, nodeHealth } from '@orrery/core/emulator/node.ts'
import { type MachineUsage, hostUsage, usageAt } from '@orrery/core/emulator/usage.ts'
import type { SeriesRow } from '@orrery/core/trace/series.ts'
import type { Observation, ObservedNode, ObservedSample, ObservedWorkload } from '../provider.ts'
import type { WorldMachine } from './world.ts'

export type WorldView = {
  config: EmulatorConfig
  nodes: readonly EmulatorNode[]
  anchor: EmulatorAnchor
  machines: readonly WorldMachine[]
  series: ReadonlyMap<string, readonly SeriesRow[]>
}

/** Machines looked at between two turns of the event loop. */
const pieceSize = 400

export async function observationAt(
  view: WorldView,
  wallMs: number,
  signal: AbortSignal,
): Promise<Observation> {
  const { config, nodes } = view
  const nowSeconds = emulatedSeconds(view.anchor, wallMs)
  const healthy = new Set(
    nodes.filter((node) => nodeHealth(config, node.name, nowSeconds).healthy).map(({ name }) => name),
  )
  return {
    nodes: nodes.map((node) => nodeObserved(config, node, nowSeconds)),
    // A node that does not answer does not say what runs on it.
    workloads: view.machines
      .filter((machine) => healthy.has(machine.nodeRef))
      .map((machine) => machineObserved(config, machine, nowSeconds)),
    samples: await samplesAt(view, nowSeconds, signal),
    sites: config.sites.map((site) => ({
      name: site.name,
      kind: site.kind,
      geo: site.geo,
      ...carbonAt(site, nowSeconds),
    })),
  }
}

function nodeObserved(
  config: EmulatorConfig,
  { name, site, group }: EmulatorNode,
  nowSeconds: number,
): ObservedNode {
  return {
    ref: name,
    name,
    kind: group.kind,
    siteName: site.name,
    capacity: group.capacity,
    capabilities: group.capabilities,
    addresses: [],
    labels: group.labels,
    ...nodeHealth(config, name, nowSeconds),
  }
}

function machineObserved(
  config: EmulatorConfig,
  machine: WorldMachine,
  nowSeconds: number,
): ObservedWorkload {
  const { state, reason } = machineState(config, machine, nowSeconds)
  return {
    ref: machine.ref,
    workloadId: machine.workloadId,
    name: machine.name,
    nodeRef: machine.nodeRef,
    state,
    reason,
    size: { cpuCores: machine.demand.cpuCores, memoryBytes: machine.demand.memoryBytes },
  }
}

/** The measurements of the last full sampling instant, under the wall time at which it was. */
async function samplesAt(
  view: WorldView,
  nowSeconds: number,
  signal: AbortSignal,
): Promise<ObservedSample[]> {
  const { config } = view
  const atSeconds = Math.floor(nowSeconds / config.sampleSeconds) * config.sampleSeconds
  const atMicros = BigInt(Math.round(wallMsAt(view.anchor, atSeconds) * 1000))
  const samples: ObservedSample[] = []
  const byNode = new Map<string, { usages: MachineUsage[]; gpuMilli: number }>()
  for (const node of view.nodes) {
    if (nodeHealth(config, node.name, atSeconds).healthy) byNode.set(node.name, { usages: [], gpuMilli: 0 })
  }
  let left = pieceSize
  for (const machine of view.machines) {
    const host = byNode.get(machine.nodeRef)
    if (host === undefined || machine.startSeconds > atSeconds) continue
    left -= 1
    if (left === 0) {
      left = pieceSize
      await new Promise((resolve) => setImmediate(resolve))
      signal.throwIfAborted()
    }
    if (machineState(config, machine, atSeconds).state !== 'running') continue
    const subject = { key: machine.workloadId, demand: machine.demand, startSeconds: machine.startSeconds }
    const usage = usageAt(config, subject, atSeconds, view.series.get(machine.datasetId ?? ''))
    host.usages.push(usage)
    host.gpuMilli += machine.demand.gpu.count * machine.demand.gpu.milli
    samples.push({ subject: 'workload', ref: machine.ref, atMicros, values: usage })
  }
  for (const node of view.nodes) {
    const host = byNode.get(node.name)
    if (host === undefined) continue
    const values = hostUsage(node.group, host.usages, host.gpuMilli)
    samples.push({ subject: 'node', ref: node.name, atMicros, values })
  }
  return samples
}
