import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

describe.skipIf(noBrowser !== undefined)('the frame around every page', { timeout: 60_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['web-1', 'web-2'])
  }, 180_000)
  afterAll(() => visitor?.close())

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

  it('finds pages and things with Ctrl-K', async () => {
    await visitor.visit('/', async (page) => {
      await heading(page, 'Orrery')
      const search = page.getByRole('textbox', { name: 'Search and commands' })
      const isReady = () => search.evaluate((box) => document.activeElement === box)
      await page.keyboard.press('Control+k')
      await expect.poll(isReady, { timeout: 10_000 }).toBe(true)
      await page.keyboard.type('people')
      await page.keyboard.press('Enter')
      await heading(page, 'People and tokens')

      await search.waitFor({ state: 'detached' })
      await page.keyboard.press('Control+k')
      await expect.poll(isReady, { timeout: 10_000 }).toBe(true)
      await page.keyboard.type('web-2')
      await page.getByRole('button', { name: /web-2 workload, running/ }).click()
      await heading(page, 'web-2')
    })
  })

  it('selects the first that is found, and Enter opens it', async () => {
    await visitor.visit('/', async (page) => {
      await heading(page, 'Orrery')
      const search = page.getByRole('textbox', { name: 'Search and commands' })
      const entry = (name: RegExp) => page.getByRole('button', { name })
      const isSelected = (name: RegExp) => entry(name).evaluate((each) => each.hasAttribute('data-selected'))
      const open = async (text: string) => {
        await search.waitFor({ state: 'detached' })
        await page.keyboard.press('Control+k')
        await search.waitFor()
        await expect.poll(() => search.evaluate((box) => document.activeElement === box)).toBe(true)
        await page.keyboard.type(text)
      }
      for (const [name, kind] of [
        ['lab-1-desk-2', 'node'],
        ['web-2', 'workload'],
      ] as const) {
        await open(name)
        const found = new RegExp(`^${name} ${kind}`)
        await entry(found).waitFor()
        await expect.poll(() => isSelected(found)).toBe(true)
        await page.keyboard.press('Enter')
        await heading(page, name)
      }
      // The arrows go on from there; and the focus goes back to where it was.
      const settings = page.getByRole('button', { name: /: settings$/ })
      await settings.focus()
      await open('web-')
      await entry(/^web-2 workload/).waitFor()
      await page.keyboard.press('ArrowDown')
      await expect.poll(() => page.locator('[data-action][data-selected]').count()).toBe(1)
      expect(await page.locator('[data-action]').nth(1).getAttribute('data-selected')).not.toBeNull()
      await page.keyboard.press('Escape')
      await expect.poll(() => settings.evaluate((button) => document.activeElement === button)).toBe(true)
    })
  })

  it('loses nothing of what is typed right after Ctrl-K', async () => {
    await visitor.visit('/nodes', async (page) => {
      await heading(page, 'Nodes')
      // The palette has not been loaded yet: these are no keys of the page, where `g w` leads to the workloads.
      await page.keyboard.press('Control+k')
      await page.keyboard.type('people')
      await page.keyboard.press('Enter')
      await heading(page, 'People and tokens')
      const search = page.getByRole('textbox', { name: 'Search and commands' })
      await search.waitFor({ state: 'detached' })

      await page.keyboard.press('Control+k')
      await page.keyboard.type('gwx')
      await page.keyboard.press('Backspace')
      await expect.poll(() => search.inputValue(), { timeout: 10_000 }).toBe('gw')
      await page.keyboard.type('web-1')
      await expect.poll(() => search.inputValue(), { timeout: 10_000 }).toBe('gwweb-1')
      await heading(page, 'People and tokens')
      await page.keyboard.press('Escape')
      await search.waitFor({ state: 'detached' })

      // What is not a page is looked up first.
      await page.keyboard.press('Control+k')
      await page.keyboard.type('web-1')
      await page.keyboard.press('Enter')
      await heading(page, 'web-1')
    })
  })

  it('opens the palette from within a field too', async () => {
    await visitor.visit('/nodes', async (page) => {
      await page.getByRole('grid', { name: 'nodes' }).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('policies')
      const search = page.getByRole('textbox', { name: 'Search and commands' })
      await expect.poll(() => search.inputValue(), { timeout: 10_000 }).toBe('policies')
      expect(await page.getByRole('combobox', { name: 'Filter nodes' }).inputValue()).toBe('')
    })
  })

  it('shows the keys of the page with ?, and they work', async () => {
    await visitor.visit('/nodes', async (page) => {
      await heading(page, 'Nodes')
      await page.keyboard.press('?')
      const keys = page.getByRole('dialog', { name: 'Keys' })
      for (const word of ['Filter', 'Next row', 'Search and commands', 'Go to Workloads']) {
        await keys.getByText(word, { exact: true }).waitFor()
      }
      await page.keyboard.press('Escape')
      await keys.waitFor({ state: 'detached' })
      await page.keyboard.press('g')
      await page.keyboard.press('w')
      await heading(page, 'Workloads')
    })
  })

  it('copies what it shows as a command, as curl and as a link', async () => {
    await visitor.visit('/nodes?filter=site%3Alab-1', async (page) => {
      await page.getByRole('grid', { name: 'nodes' }).waitFor()
      const copied = async (form: string) => {
        await page.getByRole('button', { name: 'Copy' }).first().click()
        await page.getByRole('menuitem', { name: form }).click()
        await page
          .getByText(/^Copied the /)
          .last()
          .waitFor()
        const read = () => page.evaluate(() => navigator.clipboard.readText())
        await expect.poll(read, { timeout: 10_000 }).toMatch(form === 'Copy as CLI' ? /^orrery/ : /http/)
        return read()
      }
      expect(await copied('Copy as CLI')).toBe('orrery node list --filter site:lab-1')
      expect(await copied('Copy as curl')).toContain(`${visitor.url}/api/v1/nodes?filter=site%3Alab-1`)
      expect(await copied('Copy as link')).toBe(`${visitor.url}/nodes?filter=site%3Alab-1`)
    })
  })

  it('switches between light and dark, and keeps the choice', async () => {
    await visitor.visit('/nodes', async (page) => {
      const scheme = () => page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      await heading(page, 'Nodes')
      expect(await scheme()).toBe('light')
      const light = await ground()
      await page.getByRole('button', { name: /: settings$/ }).click()
      await page.getByRole('menuitemradio', { name: 'Dark', exact: true }).click()
      await expect.poll(scheme, { timeout: 10_000 }).toBe('dark')
      expect(await ground()).not.toBe(light)
      await page.reload()
      await heading(page, 'Nodes')
      expect(await scheme()).toBe('dark')
    })
  })

  it('is reached without a pointer: the first Tab offers to skip to the page', async () => {
    await visitor.visit('/nodes', async (page) => {
      await heading(page, 'Nodes')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main')
    })
  })

  it('folds the rail and turns rows into cards on a phone', async () => {
    await visitor.visit(
      '/nodes?filter=site%3Alab-1',
      async (page) => {
        await heading(page, 'Nodes')
        expect(await page.getByRole('navigation', { name: 'Main' }).count()).toBe(0)
        const card = page.getByRole('grid', { name: 'nodes' }).getByRole('row').first()
        await card.getByRole('link', { name: /^lab-1-/ }).waitFor()
        expect(await card.getByRole('gridcell').count()).toBeLessThanOrEqual(4)
        await page.getByRole('button', { name: 'Open the menu' }).click()
        await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Plans' }).click()
        await heading(page, 'Plans')
        await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'detached' })
      },
      phone,
    )
  })

  it('never scrolls sideways on a phone', async () => {
    const pages = [
      '/',
      '/?view=list',
      '/sites',
      '/nodes',
      '/nodes/lab-1-desk-1',
      '/workloads',
      '/workloads/web-1',
    ]
    await visitor.api.call('runCreate', {
      body: { name: 'narrow', policies: ['best-fit', 'gpu-clustering', 'first-fit-decreasing'], anew: true },
    })
    await visitor.api.call('agentCreate', { body: { name: 'otto' } })
    await workloadMake(visitor.api, 'loose', { autoPlace: false })
    const steps = [{ kind: 'place' as const, workload: 'loose', node: 'lab-1-desk-1' }]
    const plan = await visitor.api.call('planCreate', { body: { steps } })
    const more = [
      '/lab?source=window',
      '/runs',
      '/runs/narrow',
      '/runs/narrow?as=table',
      '/plans',
      `/plans/${plan.id}`,
      '/policies',
      '/events',
      '/operations',
      '/imports',
      '/agents',
      '/agents/otto',
      '/providers',
      '/people',
      '/status',
    ]
    await visitor.visit(
      '/',
      async (page) => {
        const wide: string[] = []
        for (const path of [...pages, ...more]) {
          await page.goto(path)
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          const beyond = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          )
          if (beyond > 0) wide.push(`${path} by ${beyond} px`)
          // What a table has to say is not beside the page either.
          const tables = await page.evaluate(() =>
            Array.from(document.querySelectorAll('.small-table-cards'))
              .filter((table) => table.scrollWidth > table.clientWidth)
              .map((table) => table.getAttribute('aria-label')),
          )
          if (tables.length > 0) wide.push(`${path} has ${tables.join(', ')}`)
        }
        expect(wide).toEqual([])
      },
      phone,
    )
  })
})
