/**
 * What work takes from a node and gives back. The rules are the planner's (core/inventory/reserve.ts, and `best` of
 * core/planner/gpu.ts for devices): whole devices are the lowest-indexed idle ones, a share goes to the device with the
 * least left that still has enough. A property test holds the two together.
 */
import { type Cluster, deviceMilli, devicesMost, nodeRefresh } from './cluster.ts'

/** Takes the size from a node that has room for it, and gives the devices that it took as bits. */
export function roomTake(cluster: Cluster, env: number, node: number, size: number): number {
  const gpus = cluster.sizes.gpus[size] ?? 0
  const bits = gpus === 0 ? 0 : devicesChoose(cluster, env * cluster.nodeCount + node, gpus, size)
  change(cluster, env, node, size, bits, 1)
  return bits
}

/** Gives back what `roomTake` took. */
export function roomGive(cluster: Cluster, env: number, node: number, size: number, bits: number): void {
  change(cluster, env, node, size, bits, -1)
}

function change(cluster: Cluster, env: number, node: number, size: number, bits: number, sign: 1 | -1): void {
  const { sizes, devices } = cluster
  const at = env * cluster.nodeCount + node
  const cpu = sign * (sizes.cpu[size] ?? 0)
  const memory = sign * (sizes.memory[size] ?? 0)
  cluster.cpuFree[at] = (cluster.cpuFree[at] ?? 0) - cpu
  cluster.memoryFree[at] = (cluster.memoryFree[at] ?? 0) - memory
  cluster.cpuUsed[env] = (cluster.cpuUsed[env] ?? 0) + cpu
  cluster.memoryUsed[env] = (cluster.memoryUsed[env] ?? 0) + memory
  if (bits !== 0) {
    const each = sign * (sizes.gpuMilli[size] ?? 0)
    let milli = 0
    for (let left = bits, device = at * devicesMost; left !== 0; left >>>= 1, device += 1) {
      if ((left & 1) === 0) continue
      devices[device] = (devices[device] ?? 0) - each
      milli += each
    }
    cluster.gpuFree[at] = (cluster.gpuFree[at] ?? 0) - milli
    cluster.gpuUsed[env] = (cluster.gpuUsed[env] ?? 0) + milli
  }
  nodeRefresh(cluster, env, node)
}

function devicesChoose(
  { devices, sizes, gpuCount }: Cluster,
  at: number,
  gpus: number,
  size: number,
): number {
  const asked = sizes.gpuMilli[size] ?? 0
  const first = at * devicesMost
  const count = gpuCount[at] ?? 0
  let bits = 0
  if (asked === deviceMilli) {
    for (let device = 0, wanted = gpus; device < count && wanted > 0; device += 1) {
      if (devices[first + device] !== deviceMilli) continue
      bits |= 1 << device
      wanted -= 1
    }
    return bits
  }
  let least = deviceMilli + 1
  for (let device = 0; device < count; device += 1) {
    const left = devices[first + device] ?? 0
    if (left < asked || left >= least) continue
    least = left
    bits = 1 << device
  }
  return bits
}
