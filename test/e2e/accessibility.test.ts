import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { standing, tooBig, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

/** What is less than this is advice. */
const grave = ['serious', 'critical']

describe.skipIf(noBrowser !== undefined)('an accessibility scan', { timeout: 240_000 }, () => {
  let visitor: Visitor
  let plan: string
  beforeAll(async () => {
    visitor = await visitorOpen()
    const { api } = visitor
    await standing(api, ['web-1', 'web-2'])
    await workloadMake(api, 'huge', { demand: tooBig })
    await workloadMake(api, 'loose', { autoPlace: false })
    const steps = [{ kind: 'place' as const, workload: 'loose', node: 'lab-1-desk-1' }]
    plan = (await api.call('planCreate', { body: { steps } })).id
    await api.call('runCreate', {
      body: { name: 'side-by-side', policies: ['best-fit', 'worst-fit'], seeds: [1, 2], anew: true },
    })
    await api.call('agentCreate', { body: { name: 'otto' } })
    await vi.waitFor(
      async () => {
        const { reason } = await api.call('workloadView', { ref: 'huge' })
        if (reason === null) throw new Error('the planner has not looked at it yet')
      },
      { timeout: 20_000, interval: 250 },
    )
  }, 180_000)
  afterAll(() => visitor?.close())

  const paths = () => [
    '/',
    '/?view=list',
    '/sites',
    '/sites/edge-1',
    '/nodes',
    '/nodes/edge-1-std-1',
    '/workloads',
    '/workloads/web-1',
    '/workloads/huge',
    `/workloads?at=${new Date(Date.now() - 2000).toISOString()}`,
    '/lab?source=window',
    '/lab?source=scenario',
    '/runs',
    '/runs/side-by-side',
    '/runs/side-by-side?as=table&policy=worst-fit',
    '/plans',
    `/plans/${plan}`,
    '/policies',
    '/events',
    '/operations',
    '/imports',
    '/agents',
    '/agents/otto',
    '/providers',
    '/providers/demo',
    '/people',
    '/status',
    '/nowhere',
  ]

  it('finds nothing serious on any page, in light and dark', async () => {
    await visitor.visit(
      '/',
      async (page) => {
        const found: string[] = []
        for (const path of paths()) {
          await page.emulateMedia({ colorScheme: 'light' })
          await page.goto(path)
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          await page.locator('[aria-busy=true], .late').first().waitFor({ state: 'hidden' })
          found.push(...(await violations(page, path)))
          // Only the colours are others.
          await page.emulateMedia({ colorScheme: 'dark' })
          await page.waitForFunction(
            () => document.documentElement.getAttribute('data-mantine-color-scheme') === 'dark',
          )
          await faded(page)
          found.push(...(await violations(page, `${path} in dark`, ['color-contrast'])))
        }
        expect(found).toEqual([])
      },
      { reducedMotion: 'reduce' },
    )
  })

  it('finds nothing serious in dialogs, menus, the palette, the sign-in page, and on a phone', async () => {
    const found: string[] = []
    await visitor.visit('/workloads/web-1', async (page) => {
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('dialog', { name: 'Delete web-1' }).waitFor()
      found.push(...(await violations(page, 'the dialog Delete')))
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /: settings$/ }).click()
      await page.getByRole('menuitemradio', { name: 'Dark', exact: true }).waitFor()
      found.push(...(await violations(page, 'the settings menu')))
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+k')
      await page.getByRole('textbox', { name: 'Search and commands' }).waitFor()
      found.push(...(await violations(page, 'the palette')))
    })
    await visitor.visit('/runs/side-by-side?policy=worst-fit&why=web-1', async (page) => {
      await page.getByRole('dialog', { name: 'Why web-1 under worst-fit' }).getByText('Looked at').waitFor()
      found.push(...(await violations(page, 'why in a run')))
    })
    await visitor.visit('/nodes/edge-1-std-1?if=failed', async (page) => {
      const dialog = page.getByRole('dialog', { name: 'What if edge-1-std-1 failed' })
      await dialog.getByText('An estimate of this browser').waitFor()
      found.push(...(await violations(page, 'what if a node failed')))
    })
    const stranger = { storageState: { cookies: [], origins: [] } }
    const signedOut = async (page: Page) => {
      await page.getByRole('heading', { name: 'Sign in to Orrery' }).waitFor()
      found.push(...(await violations(page, 'signing in')))
    }
    await visitor.visit('/', signedOut, stranger)
    const phone = async (page: Page) => {
      await page.getByRole('grid', { name: 'nodes' }).waitFor()
      found.push(...(await violations(page, 'nodes on a phone')))
    }
    await visitor.visit('/nodes', phone, { viewport: { width: 390, height: 844 } })
    expect(found).toEqual([])
  })
})

/** Colours fade from one scheme to the other, inherited ones a frame later each; what is between is nobody's colour. */
async function faded(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every((each) => !(each instanceof CSSTransition)))
}

async function violations(page: Page, where: string, rules: string[] = []): Promise<string[]> {
  // A table's later rows are made as its first ones are.
  const scan = new AxeBuilder({ page })
    // One frame, and no page beside it for the results: several times as fast.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .exclude('.rows-body > [role=row]:nth-child(n+6)')
  const results = await (rules.length === 0 ? scan : scan.withRules(rules)).analyze()
  return results.violations
    .filter((each) => grave.includes(each.impact ?? ''))
    .map((each) => {
      const nodes = each.nodes
        .slice(0, 3)
        .map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`)
      return `${where}: ${each.impact} ${each.id}, ${each.nodes.length} times\n  ${nodes.join('\n  ')}`
    })
}
