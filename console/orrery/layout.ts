/**
 * Where everything is: sites as planets on rings by their distance from the core cloud, nodes as moons on orbits around
 * their site. Pure: the same inventory gives the same picture. World units; y points down; the core is at 0, 0.
 */
import { placeSites } from './rings.ts'

export type LayoutSite = { name: string; kind: 'cloud' | 'edge' | 'device'; latencyMs: number | null }
export type LayoutNodes = {
  /** index into the sites */
  site: readonly number[]
  cpuCores: readonly number[]
}

/** Moons that share a circle: the same distance, the same step between them, the same speed. */
export type Orbit = {
  site: number
  radius: number
  /** of its largest moon */
  moonRadius: number
  /** the slice of `order` that it holds */
  first: number
  count: number
  /** radians at time 0 of its first moon, and radians per second */
  phase: number
  speed: number
}

/** `latencyMsMax` is null for the outermost one, of the sites whose distance nobody knows. */
export type Ring = { a: number; b: number; latencyMsMax: number | null }

export type Layout = {
  siteX: Float64Array
  siteY: Float64Array
  planetRadius: Float64Array
  /** of the circle that holds the planet and all its moons */
  extent: Float64Array
  rings: readonly Ring[]
  orbits: readonly Orbit[]
  /** per site, which of `orbits` are its own: first and count */
  siteOrbits: Int32Array
  /** nodes by slot */
  order: Int32Array
  nodeOrbit: Int32Array
  nodeSlot: Int32Array
  nodeRadius: Float32Array
  bounds: { left: number; top: number; right: number; bottom: number }
}

const moonMin = 2.2
const moonMax = 5
const gap = 1.6
const planetMin = 9
/** The innermost orbit of a small site turns once in about two minutes; farther ones are slower, as Kepler's are. */
const speedAtTen = 0.05

/** `aspect` is height by width of where it is drawn: the rings are ellipses of about that shape. */
export function layoutOf(sites: readonly LayoutSite[], nodes: LayoutNodes, aspect: number): Layout {
  const nodeCount = nodes.site.length
  const nodeRadius = moonRadii(nodes.cpuCores)
  const bySite: number[][] = sites.map(() => [])
  for (let node = 0; node < nodeCount; node += 1) bySite[nodes.site[node] ?? -1]?.push(node)

  const order = new Int32Array(nodeCount)
  const nodeOrbit = new Int32Array(nodeCount).fill(-1)
  const nodeSlot = new Int32Array(nodeCount)
  const orbits: Orbit[] = []
  const siteOrbits = new Int32Array(sites.length * 2)
  const planetRadius = new Float64Array(sites.length)
  const extent = new Float64Array(sites.length)
  let filled = 0
  bySite.forEach((own, site) => {
    // Larger moons nearer: neighbours on an orbit are then of about one size.
    own.sort((one, other) => (nodeRadius[other] ?? 0) - (nodeRadius[one] ?? 0) || one - other)
    const planet = planetMin + 1.4 * Math.log2(1 + own.length)
    planetRadius[site] = planet
    siteOrbits[site * 2] = orbits.length
    let outer = planet + gap * 2
    let taken = 0
    while (taken < own.length) {
      const moonRadius = nodeRadius[own[taken] ?? 0] ?? moonMin
      const radius = outer + moonRadius
      const slot = 2 * moonRadius + gap
      const room = Math.max(1, Math.floor(Math.PI / Math.asin(Math.min(1, slot / 2 / radius))))
      const count = Math.min(room, own.length - taken)
      const index = orbits.length
      orbits.push({
        site,
        radius,
        moonRadius,
        first: filled,
        count,
        phase: (index * 2.399963) % (Math.PI * 2),
        speed: speedAtTen * (10 / radius) ** 1.5,
      })
      for (let slotAt = 0; slotAt < count; slotAt += 1) {
        const node = own[taken + slotAt] ?? 0
        order[filled] = node
        nodeOrbit[node] = index
        nodeSlot[node] = slotAt
        filled += 1
      }
      taken += count
      outer = radius + moonRadius + gap
    }
    siteOrbits[site * 2 + 1] = orbits.length - (siteOrbits[site * 2] ?? 0)
    extent[site] = outer + gap
  })

  const placed = placeSites(sites, extent, aspect)
  const bounds = { left: -1, top: -1, right: 1, bottom: 1 }
  for (let site = 0; site < sites.length; site += 1) {
    const [x, y, r] = [placed.x[site] ?? 0, placed.y[site] ?? 0, extent[site] ?? 0]
    bounds.left = Math.min(bounds.left, x - r)
    bounds.right = Math.max(bounds.right, x + r)
    bounds.top = Math.min(bounds.top, y - r)
    bounds.bottom = Math.max(bounds.bottom, y + r)
  }
  return {
    siteX: placed.x,
    siteY: placed.y,
    planetRadius,
    extent,
    rings: placed.rings,
    orbits,
    siteOrbits,
    order,
    nodeOrbit,
    nodeSlot,
    nodeRadius,
    bounds,
  }
}

/** By the square root of the cores, so that area means size, between bounds that can be seen and hit. */
function moonRadii(cores: readonly number[]): Float32Array {
  let most = 1
  for (const each of cores) most = Math.max(most, each)
  return Float32Array.from(
    cores,
    (each) => moonMin + (moonMax - moonMin) * Math.sqrt(Math.max(0, each) / most),
  )
}

/** Radians of a moon at `seconds`. */
export function moonAngle(orbit: Orbit, slot: number, seconds: number): number {
  return orbit.phase + orbit.speed * seconds + (slot * Math.PI * 2) / orbit.count
}

export function moonPlace(layout: Layout, node: number, seconds: number): { x: number; y: number } | null {
  const orbit = layout.orbits[layout.nodeOrbit[node] ?? -1]
  if (orbit === undefined) return null
  const angle = moonAngle(orbit, layout.nodeSlot[node] ?? 0, seconds)
  return {
    x: (layout.siteX[orbit.site] ?? 0) + orbit.radius * Math.cos(angle),
    y: (layout.siteY[orbit.site] ?? 0) + orbit.radius * Math.sin(angle),
  }
}
