/** The links of a site at both their ends: one is written at one site, and counts for both unless the other writes its own. */
import type { Site } from '@orrery/api/site.ts'
import { figures, whole } from '../../words/quantity.ts'

type Ends = Pick<Site, 'name' | 'links'>
type LinkFigures = Omit<Site['links'][number], 'to'>
export type TwoWayLink = {
  /** the other site */
  name: string
  /** as this site writes it, or null */
  out: LinkFigures | null
  /** as the other site writes it, or null */
  back: LinkFigures | null
}

export function siteLinks(site: Ends, sites: readonly Ends[]): TwoWayLink[] {
  const backOf = new Map(
    sites.flatMap((other) => {
      const back = other.name === site.name ? undefined : other.links.find((each) => each.to === site.name)
      return back === undefined ? [] : [[other.name, back] as const]
    }),
  )
  const own = site.links.map((each) => ({ name: each.to, out: each, back: backOf.get(each.to) ?? null }))
  const named = new Set(site.links.map((each) => each.to))
  const incoming = [...backOf].filter(([name]) => !named.has(name))
  return [...own, ...incoming.map(([name, back]) => ({ name, out: null, back }))]
}

/** `5 ms, 1 000 Mbit/s`, and the way back where that is another. */
export function linkFigures({ out, back }: Pick<TwoWayLink, 'out' | 'back'>): string {
  const there = out ?? back
  if (there === null) return ''
  const isOther =
    out !== null &&
    back !== null &&
    (out.latencyMs !== back.latencyMs || out.bandwidthMbps !== back.bandwidthMbps)
  return isOther ? `${linkWords(out)}; back ${linkWords(back)}` : linkWords(there)
}

/** For a cell: `edge-1 5 ms, edge-2 12 ms`. */
export function linksShort(site: Ends, sites: readonly Ends[]): string {
  return siteLinks(site, sites)
    .map(({ name, out, back }) => `${name} ${figures((out ?? back)?.latencyMs ?? 0)} ms`)
    .join(', ')
}

function linkWords({ latencyMs, bandwidthMbps }: LinkFigures): string {
  return `${figures(latencyMs)} ms, ${whole(bandwidthMbps)} Mbit/s`
}
