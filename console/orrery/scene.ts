/** What the picture needs of an inventory, as arrays that a frame can run through. */
import type { Inventory } from '@orrery/api/inventory.ts'
import { nodeStates } from '@orrery/api/node.ts'
import { fillSteps } from './sprites.ts'

export type Scene = {
  state: Uint8Array
  /** eighths of the CPU in use; of what is reserved where use is not measured */
  fill: Uint8Array
  lit: Uint8Array
  /** 0 to 1 per site */
  used: Float32Array
  reserved: Float32Array
}

export function sceneOf(inventory: Inventory, lit: Uint8Array): Scene {
  const { nodes, sites } = inventory
  const count = nodes.id.length
  const state = new Uint8Array(count)
  const fill = new Uint8Array(count)
  for (let node = 0; node < count; node += 1) {
    state[node] = Math.max(0, nodeStates.indexOf(nodes.state[node] ?? 'discovered'))
    const cores = nodes.cpuCores[node] ?? 0
    const taken = nodes.cpuCoresUsed[node] ?? nodes.cpuCoresAllocated[node] ?? 0
    fill[node] = cores <= 0 ? 0 : Math.ceil(Math.min(1, taken / cores) * fillSteps - 1e-9)
  }
  const share = (part: number, whole: number) => (whole <= 0 ? 0 : Math.min(1, part / whole))
  return {
    state,
    fill,
    lit,
    used: Float32Array.from(sites, (site) => share(site.cpuCoresUsed, site.cpuCores)),
    reserved: Float32Array.from(sites, (site) => share(site.cpuCoresAllocated, site.cpuCores)),
  }
}
