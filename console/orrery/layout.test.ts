import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hitTest } from './hit.ts'
import { type LayoutSite, layoutOf, moonPlace } from './layout.ts'

const site = fc.record({
  kind: fc.constantFrom('cloud' as const, 'edge' as const, 'device' as const),
  latencyMs: fc.option(fc.double({ min: 0, max: 300, noNaN: true })),
})
const continuum = fc
  .tuple(
    fc.array(site, { minLength: 1, maxLength: 24 }),
    fc.array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 256, noNaN: true })), { maxLength: 400 }),
    fc.double({ min: 0.2, max: 3, noNaN: true }),
  )
  .map(([sites, nodes, aspect]) => ({
    sites: sites.map((each, index): LayoutSite => ({ ...each, name: `site-${index}` })),
    nodes: { site: nodes.map(([at]) => at % sites.length), cpuCores: nodes.map(([, cores]) => cores) },
    aspect,
  }))

const distance = (one: { x: number; y: number }, other: { x: number; y: number }) =>
  Math.hypot(one.x - other.x, one.y - other.y)

describe('the layout of the orrery', () => {
  it('lets no two sites touch, moons included', () => {
    fc.assert(
      fc.property(continuum, ({ sites, nodes, aspect }) => {
        const layout = layoutOf(sites, nodes, aspect)
        for (let i = 0; i < sites.length; i += 1) {
          for (let j = i + 1; j < sites.length; j += 1) {
            const apart = Math.hypot(
              (layout.siteX[i] ?? 0) - (layout.siteX[j] ?? 0),
              (layout.siteY[i] ?? 0) - (layout.siteY[j] ?? 0),
            )
            expect(apart).toBeGreaterThan((layout.extent[i] ?? 0) + (layout.extent[j] ?? 0))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('lets no two moons of a site touch, at any time', () => {
    fc.assert(
      fc.property(
        continuum,
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        ({ sites, nodes, aspect }, seconds) => {
          const layout = layoutOf(sites, nodes, aspect)
          for (let i = 0; i < nodes.site.length; i += 1) {
            for (let j = i + 1; j < nodes.site.length; j += 1) {
              if (nodes.site[i] !== nodes.site[j]) continue
              const [one, other] = [moonPlace(layout, i, seconds), moonPlace(layout, j, seconds)]
              if (one === null || other === null) throw new Error('a node without a place')
              expect(distance(one, other)).toBeGreaterThan(
                (layout.nodeRadius[i] ?? 0) + (layout.nodeRadius[j] ?? 0),
              )
            }
          }
        },
      ),
      { numRuns: 15 },
    )
  })

  it('puts the core in the middle and farther sites on farther rings', () => {
    const sites: LayoutSite[] = [
      { name: 'far', kind: 'edge', latencyMs: 40 },
      { name: 'core', kind: 'cloud', latencyMs: 0 },
      { name: 'somewhere', kind: 'edge', latencyMs: null },
      { name: 'near', kind: 'edge', latencyMs: 3 },
    ]
    const layout = layoutOf(sites, { site: [], cpuCores: [] }, 1)
    const from = (index: number) => Math.hypot(layout.siteX[index] ?? 0, layout.siteY[index] ?? 0)
    expect(from(1)).toBe(0)
    expect(from(0)).toBeGreaterThan(from(3))
    expect(from(2)).toBeGreaterThan(from(0))
    expect(layout.rings.map((ring) => ring.latencyMsMax)).toEqual([4, 64, null])
  })

  it('makes a moon of more cores larger, within bounds', () => {
    const layout = layoutOf(
      [{ name: 'a', kind: 'cloud', latencyMs: 0 }],
      { site: [0, 0, 0], cpuCores: [0, 16, 64] },
      1,
    )
    const [none, some, most] = layout.nodeRadius
    expect(some).toBeGreaterThan(none ?? 0)
    expect(most).toBe(5)
  })

  it('has a picture of nothing', () => {
    expect(layoutOf([], { site: [], cpuCores: [] }, 1).rings).toEqual([])
  })
})

describe('finding what lies under a point', () => {
  it('finds every moon where it is drawn, at any time', () => {
    fc.assert(
      fc.property(
        continuum,
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        ({ sites, nodes, aspect }, seconds) => {
          const layout = layoutOf(sites, nodes, aspect)
          for (let node = 0; node < nodes.site.length; node += 1) {
            const place = moonPlace(layout, node, seconds)
            if (place === null) throw new Error('a node without a place')
            expect(hitTest(layout, place.x, place.y, seconds, 0)).toEqual({ kind: 'node', node })
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('finds a planet in its middle and nothing far outside', () => {
    const layout = layoutOf([{ name: 'a', kind: 'cloud', latencyMs: 0 }], { site: [0], cpuCores: [4] }, 1)
    expect(hitTest(layout, 0, 0, 0, 0)).toEqual({ kind: 'site', site: 0 })
    expect(hitTest(layout, 1e6, 0, 0, 5)).toBeNull()
  })
})
