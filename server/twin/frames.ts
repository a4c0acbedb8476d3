/** Snapshots of how full each node is while a simulation goes on, small enough to keep with its result. */
import type { RunFrames } from '@orrery/api/run.ts'
import { simulationAdvance, simulationDue } from '@orrery/core/twin/simulation/advance.ts'
import type { Simulation } from '@orrery/core/twin/simulation/state.ts'

const framesMost = 25
const framesLeast = 3
/** Of all frames of a result together, before base64. */
const bytesMax = 64_000
const none = 255
const whole = 254

/** Runs the simulation to its horizon, and takes frames at even distances on the way: the first before anything happens. */
export function framesTake(simulation: Simulation, nodeCount: number): RunFrames {
  const { horizonSeconds } = simulation.options
  const count = Math.max(framesLeast, Math.min(framesMost, Math.floor(bytesMax / Math.max(1, nodeCount * 4))))
  const taken: RunFrames = { seconds: [0], frames: [frame(simulation, nodeCount)] }
  for (let at = 1; at < count; at += 1) {
    const seconds = at === count - 1 ? horizonSeconds : (horizonSeconds * at) / (count - 1)
    advanceTo(simulation, seconds)
    taken.seconds.push(seconds)
    taken.frames.push(frame(simulation, nodeCount))
  }
  return taken
}

/**
 * From event to event, so that nothing is summed up in more parts than in a simulation that nobody looks at: its figures
 * are the same to the last digit.
 */
function advanceTo(simulation: Simulation, seconds: number): void {
  if (seconds >= simulation.options.horizonSeconds) return simulationAdvance(simulation, seconds)
  for (;;) {
    const due = simulationDue(simulation)
    if (due > seconds) return
    simulationAdvance(simulation, due)
  }
}

function frame({ inventory: { nodes }, fragments }: Simulation, nodeCount: number): string {
  const bytes = Buffer.alloc(nodeCount * 4)
  for (let node = 0; node < nodeCount; node += 1) {
    const gpuCapacity = nodes.gpuMilliCapacity[node] ?? 0
    bytes[node * 4] = share(nodes.cpuAllocated[node], nodes.cpuCapacity[node])
    bytes[node * 4 + 1] = share(nodes.memoryAllocated[node], nodes.memoryCapacity[node])
    bytes[node * 4 + 2] = share(gpuCapacity - (nodes.gpuMilliFree[node] ?? 0), gpuCapacity)
    bytes[node * 4 + 3] = share(fragments.amounts[node], gpuCapacity)
  }
  return bytes.toString('base64')
}

function share(part: number | undefined, capacity: number | undefined): number {
  if (capacity === undefined || !(capacity > 0)) return none
  return Math.min(whole, Math.round((whole * (part ?? 0)) / capacity))
}
