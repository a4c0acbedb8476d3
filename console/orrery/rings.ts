/** Sites on rings: one ring for each doubling of the latency that has sites, the core in the middle, the unknown outside. */
import type { LayoutSite, Ring } from './layout.ts'

type Placed = { x: Float64Array; y: Float64Array; rings: Ring[] }

const spacing = 14
const samples = 360

export function placeSites(sites: readonly LayoutSite[], extent: Float64Array, aspect: number): Placed {
  const x = new Float64Array(sites.length)
  const y = new Float64Array(sites.length)
  const rings: Ring[] = []
  const core = coreOf(sites)
  if (core < 0) return { x, y, rings }
  const squash = Math.min(1.5, Math.max(0.55, aspect))
  const taken: Spot[] = [{ x: 0, y: 0, r: extent[core] ?? 0 }]
  let inner = (extent[core] ?? 0) / 2
  for (const tier of tiersOf(sites, core)) {
    const widest = Math.max(...tier.members.map((site) => extent[site] ?? 0))
    // As near as the ring before it allows; then outwards until nothing touches.
    let size = inner + widest + spacing
    let spots = spread(tier.members, extent, size, squash, rings.length, taken)
    while (spots === null) {
      size *= 1.05
      spots = spread(tier.members, extent, size, squash, rings.length, taken)
    }
    tier.members.forEach((site, index) => {
      x[site] = spots[index]?.x ?? 0
      y[site] = spots[index]?.y ?? 0
    })
    taken.push(...spots)
    rings.push({ ...axes(size, squash), latencyMsMax: tier.latencyMsMax })
    inner = size
  }
  return { x, y, rings }
}

type Spot = { x: number; y: number; r: number }

/** The half axes of a ring whose smaller one is `size`. */
function axes(size: number, squash: number): { a: number; b: number } {
  return squash <= 1 ? { a: size / squash, b: size } : { a: size, b: size * squash }
}

/** The cloud nearest to the core, which is the core itself; without a cloud the nearest site. -1 without sites. */
function coreOf(sites: readonly LayoutSite[]): number {
  let core = -1
  for (const [index, site] of sites.entries()) {
    const best = sites[core]
    const rank = (each: LayoutSite) => (each.kind === 'cloud' ? 0 : 1e9) + (each.latencyMs ?? 1e8)
    if (best === undefined || rank(site) < rank(best)) core = index
  }
  return core
}

type Tier = { latencyMsMax: number | null; members: number[] }

function tiersOf(sites: readonly LayoutSite[], core: number): Tier[] {
  const tiers = new Map<number, number[]>()
  sites.forEach((site, index) => {
    if (index === core) return
    const { latencyMs } = site
    const power = latencyMs === null ? Infinity : Math.max(0, Math.ceil(Math.log2(Math.max(1, latencyMs))))
    tiers.set(power, [...(tiers.get(power) ?? []), index])
  })
  return [...tiers]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([power, members]) => ({
      latencyMsMax: power === Infinity ? null : 2 ** power,
      members: members.toSorted((one, other) =>
        compareText(sites[one]?.name ?? '', sites[other]?.name ?? ''),
      ),
    }))
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** Spots along an ellipse with even free space between the sites, or null when some would touch each other or `taken`. */
function spread(
  members: readonly number[],
  extent: Float64Array,
  size: number,
  squash: number,
  ring: number,
  taken: readonly Spot[],
): Spot[] | null {
  const { a, b } = axes(size, squash)
  const along = new Float64Array(samples + 1)
  for (let i = 1; i <= samples; i += 1) {
    const [from, to] = [((i - 1) / samples) * Math.PI * 2, (i / samples) * Math.PI * 2]
    along[i] =
      (along[i - 1] ?? 0) +
      Math.hypot(a * (Math.cos(to) - Math.cos(from)), b * (Math.sin(to) - Math.sin(from)))
  }
  const length = along[samples] ?? 0
  const needed = members.reduce((sum, site) => sum + 2 * (extent[site] ?? 0) + spacing, 0)
  if (needed > length) return null
  const free = (length - needed) / members.length
  let at = length * ((ring * 0.381966) % 1)
  const spots = members.map((site) => {
    const half = (extent[site] ?? 0) + (spacing + free) / 2
    at += half
    const angle = angleAt(along, at % length)
    at += half
    return { x: a * Math.cos(angle), y: b * Math.sin(angle), r: extent[site] ?? 0 }
  })
  // An arc is longer than its chord: where the ellipse bends, neighbours may still touch.
  const all = [...taken, ...spots]
  for (const [index, spot] of spots.entries()) {
    for (const other of all.slice(0, taken.length + index)) {
      if (Math.hypot(spot.x - other.x, spot.y - other.y) < spot.r + other.r + spacing / 2) return null
    }
  }
  return spots
}

function angleAt(along: Float64Array, distance: number): number {
  let low = 0
  let high = samples
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((along[middle] ?? 0) <= distance) low = middle
    else high = middle
  }
  const [from, to] = [along[low] ?? 0, along[high] ?? 1]
  return ((low + (distance - from) / Math.max(1e-9, to - from)) / samples) * Math.PI * 2
}
