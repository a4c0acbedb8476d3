import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing, tooBig, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)("a workload's page in words", { timeout: 60_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['web-1'])
  }, 180_000)
  afterAll(() => visitor?.close())

  it.for(['light', 'dark'] as const)('writes the states of its life legibly, %s', async (colorScheme) => {
    await visitor.visit(
      '/workloads/web-1',
      async (page) => {
        const word = page.locator('.life-word', { hasText: 'running' })
        await word.waitFor()
        const { ink, paper } = await word.evaluate((element) => {
          const style = getComputedStyle(element)
          return { ink: style.color, paper: style.backgroundColor }
        })
        expect(contrast(ink, paper)).toBeGreaterThanOrEqual(4.5)
      },
      { colorScheme },
    )
  })

  it('names the places that it may be at, and advises only what can help', async () => {
    const site = await visitor.api.call('siteView', { ref: 'edge-1' })
    await workloadMake(visitor.api, 'huge', {
      demand: tooBig,
      constraints: { siteIds: [site.id], latencyMsMax: 30, latencyFrom: site.id },
    })
    await visitor.visit('/workloads/huge', async (page) => {
      const facts = page.getByRole('region', { name: 'What it is' })
      await expect.poll(() => facts.getByRole('link', { name: 'edge-1', exact: true }).count()).toBe(2)
      await facts.getByText('within 30 ms of').waitFor()
      const why = page.getByRole('region', { name: 'Why pending' })
      await why.getByText('a node that is large enough').waitFor()
      expect(await why.getByText(/stop something else|whenever room appears/).count()).toBe(0)
    })
  })

  it('shows the links of a site at both their ends, and a site without one as of unknown distance', async () => {
    await visitor.api.call('siteCreate', { body: { name: 'alone', kind: 'edge' } })
    await visitor.visit('/sites/alone', async (page) => {
      await page.getByText('not known: no link to the core cloud').waitFor()
    })
    const sites = await visitor.api.call('siteList', { query: { limit: 100 } })
    const [from, to] =
      sites.items.flatMap((each) => each.links.map((link) => [each.name, link.to] as const))[0] ?? []
    if (from === undefined || to === undefined) throw new Error('no site has a link')
    for (const [name, other] of [
      [from, to],
      [to, from],
    ] as const) {
      await visitor.visit(`/sites/${name}`, async (page) => {
        const facts = page.getByRole('region', { name: 'What it is' })
        await facts.getByRole('link', { name: other, exact: true }).waitFor()
      })
    }
  })
})

/** Of two `rgb(r, g, b)`, as WCAG 2 defines it. */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
