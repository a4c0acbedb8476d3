/**
 * The target workload of Weng et al., "Beware of Fragmentation" (USENIX ATC 2023): the classes of work that a cluster
 * sees most, each with its share. What is idle but of no use to it is fragmented.
 */
import type { Demand } from '@orrery/api/quantity.ts'

export type TargetClass = { demand: Demand; share: number }
export type Target = {
  classes: readonly TargetClass[]
  /** Those of all classes that take several devices, however rare; their shares are of all work. */
  several: readonly TargetClass[]
}

/** The paper's share of all work that the classes of a target cover together. */
const popularity = 0.95

/**
 * The most frequent classes, as few as cover 95 of 100 demands. A class is a demand without its memory; `spec` tells
 * apart what the accepted models do not. Of equally frequent classes the larger one is first: by cores, milli, devices,
 * then `spec`. An item stands for `count` of its kind.
 */
export function targetOf(items: Iterable<{ demand: Demand; spec?: string; count?: number }>): Target {
  const classes = new Map<string, { demand: Demand; spec: string; count: number }>()
  let total = 0
  for (const { demand, spec = demand.gpu.models.join('|'), count = 1 } of items) {
    total += count
    const key = `${demand.cpuCores} ${demand.gpu.milli} ${demand.gpu.count} ${spec}`
    const known = classes.get(key)
    if (known === undefined) classes.set(key, { demand, spec, count })
    else known.count += count
  }
  const byCount = [...classes.values()].toSorted(
    (a, b) =>
      b.count - a.count ||
      b.demand.cpuCores - a.demand.cpuCores ||
      b.demand.gpu.milli - a.demand.gpu.milli ||
      b.demand.gpu.count - a.demand.gpu.count ||
      (a.spec < b.spec ? 1 : a.spec > b.spec ? -1 : 0),
  )
  let covered = 0
  const kept = byCount.filter(({ count }) => {
    const more = covered < popularity * total
    if (more) covered += count
    return more
  })
  return {
    classes: kept.map(({ demand, count }) => ({ demand, share: count / total / (covered / total) })),
    several: byCount
      .filter(({ demand }) => demand.gpu.count > 1)
      .map(({ demand, count }) => ({ demand, share: count / total })),
  }
}
