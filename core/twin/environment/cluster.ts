/**
 * Nodes of many environments in columns: what they have, what is left, and which classes of work have room where. Sizes
 * are milli-cores, MiB and thousandths of a GPU. The index of a node is `env * nodeCount + node`.
 */
export const devicesMost = 8
export const deviceMilli = 1000

/** What a workload of a class asks for: no GPU, a share of one, or whole ones. */
export type Size = { cpuMilli: number; memoryMib: number; gpus: number; gpuMilli: number }
export type Shape = { cpuMilli: number; memoryMib: number; gpus: number }

/** One entry per class. */
export type Sizes = {
  cpu: Int32Array
  memory: Int32Array
  gpus: Int32Array
  gpuMilli: Int32Array
  count: number
}

export type Cluster = {
  sizes: Sizes
  nodeCount: number
  /** bytes of a row of `fits`, which is one of a mask: the nodes, the action after them, padding */
  rowBytes: number
  cpuCapacity: Int32Array
  memoryCapacity: Int32Array
  gpuCount: Int32Array
  cpuFree: Int32Array
  memoryFree: Int32Array
  gpuFree: Int32Array
  /** devices without work */
  idle: Int32Array
  /** most left on one device */
  most: Int32Array
  /** most left on a device that is partly used */
  part: Int32Array
  /** `devicesMost` per node; -1 where there is none */
  devices: Int32Array
  /** a row per environment and class: 1 where it has room */
  fits: Uint8Array
  fitsWords: Int32Array
  /** nodes with room, per environment and class */
  fitCounts: Int32Array
  /** sums over an environment's nodes */
  cpuUsed: Float64Array
  memoryUsed: Float64Array
  gpuUsed: Float64Array
}

export function sizesOf(list: readonly Size[]): Sizes {
  return {
    cpu: Int32Array.from(list, ({ cpuMilli }) => cpuMilli),
    memory: Int32Array.from(list, ({ memoryMib }) => memoryMib),
    gpus: Int32Array.from(list, ({ gpus }) => gpus),
    gpuMilli: Int32Array.from(list, ({ gpus, gpuMilli }) => (gpus === 0 ? 0 : gpuMilli)),
    count: list.length,
  }
}

export function clusterCreate(envs: number, nodeCount: number, sizes: Sizes, rowBytes: number): Cluster {
  const integers = (perNode = 1) => new Int32Array(envs * nodeCount * perNode)
  const fits = new Uint8Array(envs * sizes.count * rowBytes)
  return {
    sizes,
    nodeCount,
    rowBytes,
    cpuCapacity: integers(),
    memoryCapacity: integers(),
    gpuCount: integers(),
    cpuFree: integers(),
    memoryFree: integers(),
    gpuFree: integers(),
    idle: integers(),
    most: integers(),
    part: integers(),
    devices: integers(devicesMost),
    fits,
    fitsWords: new Int32Array(fits.buffer),
    fitCounts: new Int32Array(envs * sizes.count),
    cpuUsed: new Float64Array(envs),
    memoryUsed: new Float64Array(envs),
    gpuUsed: new Float64Array(envs),
  }
}

/** Empties an environment and gives its nodes these shapes; every row of `fits` allows the action after the nodes. */
export function clusterFill(cluster: Cluster, env: number, shapes: readonly Shape[]): void {
  const { nodeCount, sizes, rowBytes, fits } = cluster
  cluster.cpuUsed[env] = 0
  cluster.memoryUsed[env] = 0
  cluster.gpuUsed[env] = 0
  const from = env * sizes.count
  fits.fill(0, from * rowBytes, (from + sizes.count) * rowBytes)
  cluster.fitCounts.fill(0, from, from + sizes.count)
  for (let size = 0; size < sizes.count; size += 1) fits[(from + size) * rowBytes + nodeCount] = 1
  for (let node = 0; node < nodeCount; node += 1) {
    const shape = shapes[node]
    if (shape === undefined) throw new Error(`node ${node} has no shape`)
    const at = env * nodeCount + node
    cluster.cpuCapacity[at] = shape.cpuMilli
    cluster.memoryCapacity[at] = shape.memoryMib
    cluster.gpuCount[at] = shape.gpus
    cluster.cpuFree[at] = shape.cpuMilli
    cluster.memoryFree[at] = shape.memoryMib
    cluster.gpuFree[at] = shape.gpus * deviceMilli
    for (let device = 0; device < devicesMost; device += 1) {
      cluster.devices[at * devicesMost + device] = device < shape.gpus ? deviceMilli : -1
    }
    nodeRefresh(cluster, env, node)
  }
}

/** Brings what is derived from a node's free resources up to date. */
export function nodeRefresh(cluster: Cluster, env: number, node: number): void {
  const { nodeCount, sizes, devices, fits, fitCounts, rowBytes } = cluster
  const at = env * nodeCount + node
  const count = cluster.gpuCount[at] ?? 0
  let idle = 0
  let part = 0
  if (count > 0) {
    const first = at * devicesMost
    for (let device = first; device < first + count; device += 1) {
      const left = devices[device] ?? 0
      if (left === deviceMilli) idle += 1
      else if (left > part) part = left
    }
  }
  const most = idle > 0 ? deviceMilli : part
  cluster.idle[at] = idle
  cluster.part[at] = part
  cluster.most[at] = most
  const cpu = cluster.cpuFree[at] ?? 0
  const memory = cluster.memoryFree[at] ?? 0
  const { gpus, gpuMilli } = sizes
  const from = env * sizes.count
  for (let size = 0, row = from * rowBytes + node; size < sizes.count; size += 1, row += rowBytes) {
    const wanted = gpus[size] ?? 0
    const fit =
      (sizes.cpu[size] ?? 0) <= cpu &&
      (sizes.memory[size] ?? 0) <= memory &&
      (wanted === 0 || (wanted === 1 ? most >= (gpuMilli[size] ?? 0) : idle >= wanted))
        ? 1
        : 0
    const before = fits[row] ?? 0
    if (fit === before) continue
    fits[row] = fit
    fitCounts[from + size] = (fitCounts[from + size] ?? 0) + fit - before
  }
}
