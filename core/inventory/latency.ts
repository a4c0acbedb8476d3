import type { PlannerInventory, PlannerSite } from './model.ts'

/**
 * Milliseconds from one site to every site, by site index, over the fastest chain of links; infinite where there is
 * none, 0 to itself. A link holds for both directions unless the other site gives its own for the way back.
 */
export function latenciesFrom(sites: readonly PlannerSite[], from: number): Float64Array {
  const latencies = new Float64Array(sites.length).fill(Number.POSITIVE_INFINITY)
  const links = linksBothWays(sites)
  const done = new Uint8Array(sites.length)
  latencies[from] = 0
  for (;;) {
    let nearest = -1
    for (let site = 0; site < sites.length; site += 1) {
      const latency = latencies[site] ?? Number.POSITIVE_INFINITY
      if (done[site] === 0 && latency < (latencies[nearest] ?? Number.POSITIVE_INFINITY)) nearest = site
    }
    if (nearest < 0) return latencies
    done[nearest] = 1
    for (const [to, latencyMs] of links[nearest] ?? []) {
      latencies[to] = Math.min(latencies[to] ?? 0, (latencies[nearest] ?? 0) + latencyMs)
    }
  }
}

/** The same, remembered in the inventory. */
export function latenciesKnown(inventory: PlannerInventory, from: number): Float64Array {
  const known = inventory.latencies.get(from)
  if (known !== undefined) return known
  const latencies = latenciesFrom(inventory.sites, from)
  inventory.latencies.set(from, latencies)
  return latencies
}

/** The site that latencies are measured from when nobody names one: the first cloud. Null when there is no cloud. */
export function coreSite(sites: readonly PlannerSite[]): number | null {
  const index = sites.findIndex((site) => site.kind === 'cloud')
  return index < 0 ? null : index
}

function linksBothWays(sites: readonly PlannerSite[]): Map<number, number>[] {
  const byName = new Map(sites.map((site, index) => [site.name, index]))
  const links = sites.map(() => new Map<number, number>())
  sites.forEach((site, from) => {
    for (const link of site.links) {
      const to = byName.get(link.to)
      if (to !== undefined) links[from]?.set(to, link.latencyMs)
    }
  })
  const own = links.map((outgoing) => new Map(outgoing))
  own.forEach((outgoing, from) => {
    for (const [to, latencyMs] of outgoing) {
      if (own[to]?.has(from) === false) links[to]?.set(from, latencyMs)
    }
  })
  return links
}
