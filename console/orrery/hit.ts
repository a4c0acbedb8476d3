/** What lies under a point: worked out from the orbits, without a picture or a search over all nodes. */
import { type Layout, moonAngle } from './layout.ts'

export type Hit = { kind: 'node'; node: number } | { kind: 'site'; site: number } | null

/** `slack` is how far beside a body still counts, in world units. */
export function hitTest(layout: Layout, x: number, y: number, seconds: number, slack: number): Hit {
  for (let site = 0; site < layout.siteX.length; site += 1) {
    const dx = x - (layout.siteX[site] ?? 0)
    const dy = y - (layout.siteY[site] ?? 0)
    const distance = Math.hypot(dx, dy)
    if (distance > (layout.extent[site] ?? 0) + slack) continue
    const node = moonAt(layout, site, dx, dy, distance, seconds, slack)
    if (node !== null) return { kind: 'node', node }
    if (distance <= (layout.planetRadius[site] ?? 0) + slack) return { kind: 'site', site }
  }
  return null
}

function moonAt(
  layout: Layout,
  site: number,
  dx: number,
  dy: number,
  distance: number,
  seconds: number,
  slack: number,
): number | null {
  const first = layout.siteOrbits[site * 2] ?? 0
  const count = layout.siteOrbits[site * 2 + 1] ?? 0
  let best: number | null = null
  let nearest = Infinity
  for (let index = first; index < first + count; index += 1) {
    const orbit = layout.orbits[index]
    if (orbit === undefined || Math.abs(distance - orbit.radius) > orbit.moonRadius + slack) continue
    const step = (Math.PI * 2) / orbit.count
    const turned = Math.atan2(dy, dx) - moonAngle(orbit, 0, seconds)
    const slot = ((Math.round(turned / step) % orbit.count) + orbit.count) % orbit.count
    const angle = moonAngle(orbit, slot, seconds)
    const off = Math.hypot(dx - orbit.radius * Math.cos(angle), dy - orbit.radius * Math.sin(angle))
    const node = layout.order[orbit.first + slot] ?? -1
    if (off <= (layout.nodeRadius[node] ?? 0) + slack && off < nearest) {
      nearest = off
      best = node
    }
  }
  return best
}
