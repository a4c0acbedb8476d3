import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)('tables', { timeout: 60_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['web-1', 'web-2', 'web-3', 'db-1'])
  }, 180_000)
  afterAll(() => visitor?.close())

  const gridOf = (page: Page) => page.getByRole('grid', { name: 'nodes' })
  /** Of the rows, without the headings. */
  const namesOf = (page: Page) =>
    gridOf(page).locator('[role=row]:has([role=gridcell]) .row-link').allTextContents()
  const searchOf = (page: Page) => new URL(page.url()).searchParams

  it('filters while it is typed, in the address too, and says what is wrong with a filter', async () => {
    await visitor.visit('/nodes', async (page) => {
      await gridOf(page).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('site:edge-1 cpuCores>=16')
      await page.getByText('2 nodes', { exact: true }).waitFor()
      expect(await namesOf(page)).toEqual(['edge-1-gpu-1', 'edge-1-gpu-2'])
      await expect.poll(() => searchOf(page).get('filter')).toBe('site:edge-1 cpuCores>=16')

      await page.reload()
      await page.getByText('2 nodes', { exact: true }).waitFor()
      const filter = page.getByRole('combobox', { name: 'Filter nodes' })
      expect(await filter.inputValue()).toBe('site:edge-1 cpuCores>=16')

      await filter.fill('cpuCores>many')
      await page
        .getByText(/quantity|number/)
        .first()
        .waitFor()
      // What cannot be read does not reach the list.
      await expect.poll(() => searchOf(page).get('filter')).toBe('site:edge-1 cpuCores>=16')

      await filter.fill('name:nobody')
      await page.getByRole('heading', { name: 'No nodes match this filter' }).waitFor()
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await page.getByText('56 nodes', { exact: true }).waitFor()
    })
  })

  it('keeps every letter of a filter that is typed while the address follows', async () => {
    await visitor.visit('/nodes', async (page) => {
      await gridOf(page).waitFor()
      await page.keyboard.press('/')
      const filter = page.getByRole('combobox', { name: 'Filter nodes' })
      // The pause between two letters is the one after which the list is asked.
      await page.keyboard.type('site:edge-1 cpuCores>=16', { delay: 210 })
      expect(await filter.inputValue()).toBe('site:edge-1 cpuCores>=16')
      await page.getByText('2 nodes', { exact: true }).waitFor()

      // What was typed before, and comes again by a link, is no echo of the typing.
      await filter.fill('')
      await page.getByText('56 nodes', { exact: true }).waitFor()
      await filter.fill('site:edge-1')
      await page.getByText('8 nodes', { exact: true }).waitFor()
      await page.getByRole('link', { name: 'Nodes', exact: true }).click()
      await page.getByText('56 nodes', { exact: true }).waitFor()
      expect(await filter.inputValue()).toBe('')
    })
  })

  it('completes fields and their values', async () => {
    await visitor.visit('/nodes', async (page) => {
      await gridOf(page).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('state:dr')
      await page.getByRole('option', { name: 'state:draining' }).click()
      await expect.poll(() => searchOf(page).get('filter'), { timeout: 10_000 }).toBe('state:draining')
      await page.getByRole('heading', { name: 'No nodes match this filter' }).waitFor()
    })
  })

  it('sorts by a heading: up, down, and back to its own order', async () => {
    await visitor.visit('/nodes?filter=site%3Alab-1', async (page) => {
      const heading = gridOf(page).getByRole('columnheader', { name: 'Name' })
      const sorted = async (direction: string, first: string) => {
        await heading.getByRole('button').click()
        await gridOf(page).locator(`[role=columnheader][aria-sort=${direction}]`).first().waitFor()
        await expect.poll(async () => (await namesOf(page))[0], { timeout: 10_000 }).toBe(first)
      }
      await heading.waitFor()
      await sorted('ascending', 'lab-1-desk-1')
      await expect.poll(() => searchOf(page).get('sort')).toBe('name')
      await sorted('descending', 'lab-1-render-3')
      await expect.poll(() => searchOf(page).get('sort')).toBe('-name')
      await heading.getByRole('button').click()
      await expect.poll(() => searchOf(page).has('sort'), { timeout: 10_000 }).toBe(false)
    })
  })

  it('fits its usual columns into a window of 1280 pixels', async () => {
    await visitor.api.call('runCreate', { body: { name: 'wide', policies: ['best-fit', 'worst-fit'] } })
    await visitor.visit('/', async (page) => {
      const wide: string[] = []
      for (const many of ['sites', 'nodes', 'workloads', 'runs', 'plans', 'events', 'operations']) {
        await page.goto(`/${many}`)
        const grid = page.getByRole('grid', { name: many })
        await grid.waitFor()
        const beyond = await grid.evaluate((element) => element.scrollWidth - element.clientWidth)
        if (beyond > 0) wide.push(`${many} by ${beyond} px`)
      }
      expect(wide).toEqual([])
    })
  })

  it('shows the columns that were chosen', async () => {
    await visitor.visit('/nodes', async (page) => {
      await gridOf(page).waitFor()
      const heading = (name: string) => gridOf(page).getByRole('columnheader', { name, exact: true })
      expect(await heading('Provider').count()).toBe(0)
      await page.getByRole('button', { name: 'Columns' }).click()
      await page.getByRole('menuitemcheckbox', { name: 'Provider', exact: true }).click()
      await heading('Provider').waitFor()
      await expect.poll(() => searchOf(page).get('columns')).toContain('provider')
      await page.getByRole('menuitem', { name: 'The usual columns' }).click()
      await heading('Provider').waitFor({ state: 'detached' })
      await expect.poll(() => searchOf(page).has('columns')).toBe(false)
    })
  })

  it('opens the menu of columns from the keyboard, and closes it', async () => {
    await visitor.visit('/nodes', async (page) => {
      await gridOf(page).waitFor()
      const button = page.getByRole('button', { name: 'Columns' })
      const focused = () => page.evaluate(() => document.activeElement?.textContent)
      for (const open of ['Enter', 'click'] as const) {
        if (open === 'click') await button.click()
        else {
          await button.focus()
          await page.keyboard.press('Enter')
        }
        await expect.poll(focused).toBe('State')
        await page.keyboard.press('ArrowDown')
        await expect.poll(focused).not.toBe('State')
        await page.keyboard.press('Escape')
        await page.getByRole('menu').waitFor({ state: 'detached' })
        await expect.poll(focused).toBe('Columns')
      }
    })
  })

  it('leads back to the row that was opened at once', async () => {
    await visitor.visit('/nodes?filter=site%3Alab-1&sort=name', async (page) => {
      await page.getByText('11 nodes', { exact: true }).waitFor()
      const current = gridOf(page).locator('.row-current .row-link')
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await expect.poll(() => searchOf(page).get('row')).toBe('lab-1-desk-3')
      await page.keyboard.press('k')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'lab-1-desk-2' }).waitFor()
      await page.goBack()
      await expect.poll(() => current.textContent(), { timeout: 10_000 }).toBe('lab-1-desk-2')
      // A click moves the cursor and opens in one.
      await gridOf(page)
        .getByRole('row', { name: /lab-1-render-1/ })
        .getByRole('gridcell')
        .last()
        .click()
      await page.getByRole('heading', { level: 1, name: 'lab-1-render-1' }).waitFor()
      await page.goBack()
      await expect.poll(() => current.textContent(), { timeout: 10_000 }).toBe('lab-1-render-1')
    })
  })

  it('is driven from the keyboard: j and k move, x marks, enter opens', async () => {
    await visitor.visit('/nodes?filter=site%3Alab-1&sort=name', async (page) => {
      await page.getByText('11 nodes', { exact: true }).waitFor()
      const current = gridOf(page).locator('.row-current .row-link')
      await page.keyboard.press('j')
      await expect.poll(() => current.textContent()).toBe('lab-1-desk-1')
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('k')
      await expect.poll(() => current.textContent()).toBe('lab-1-desk-2')
      await page.keyboard.press('x')
      await page.keyboard.press('j')
      await page.keyboard.press('x')
      await page.getByRole('region', { name: 'Marked rows' }).getByText('2 nodes marked').waitFor()
      await expect
        .poll(() => searchOf(page).getAll('mark'), { timeout: 10_000 })
        .toEqual(['lab-1-desk-2', 'lab-1-desk-3'])
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'lab-1-desk-3' }).waitFor()
      await page.goBack()
      // The link back has the marks still.
      await page.getByText('2 nodes marked').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('region', { name: 'Marked rows' }).waitFor({ state: 'detached' })
    })
  })

  it('opens a row also when the cursor comes to rest at that very moment', async () => {
    await visitor.visit('/nodes?filter=site%3Alab-1&sort=name', async (page) => {
      await page.getByText('11 nodes', { exact: true }).waitFor()
      await page.evaluate(() => {
        const press = (key: string) =>
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
        press('j')
        return new Promise<void>((resolve) => {
          setTimeout(() => {
            // What rests is kept by a timer, which is due by now and runs next.
            const until = performance.now() + 400
            while (performance.now() < until);
            press('Enter')
            resolve()
          })
        })
      })
      await page.getByRole('heading', { level: 1, name: 'lab-1-desk-1' }).waitFor()
    })
  })

  it('acts on marked rows, and says which it cannot act on', async () => {
    await visitor.visit('/nodes?mark=homes-2-box-3&mark=homes-2-box-4', async (page) => {
      const marked = page.getByRole('region', { name: 'Marked rows' })
      await marked.getByRole('button', { name: 'Drain' }).click()
      const dialog = page.getByRole('dialog', { name: 'Drain 2 nodes' })
      await dialog.getByRole('button', { name: 'Drain' }).click()
      await dialog.getByRole('button', { name: 'Done' }).click()
      await marked.waitFor({ state: 'detached' })

      await page.goto('/nodes?mark=homes-2-box-3&mark=homes-2-box-2')
      await marked.getByRole('button', { name: 'Drain' }).click()
      const second = page.getByRole('dialog', { name: 'Drain 1 node' })
      await second.getByText('1 node will be left as they are').click()
      await second.getByText('this one is draining').waitFor()
      await second.getByRole('button', { name: 'Cancel' }).click()
      for (const ref of ['homes-2-box-3', 'homes-2-box-4']) {
        expect((await visitor.api.call('nodeView', { ref })).state).toBe('draining')
        await visitor.api.call('nodeActivate', { ref, body: {} })
      }
    })
  })

  it('exports what the view lists as CSV and as JSON', async () => {
    await visitor.visit('/nodes?filter=site%3Alab-1&sort=name&columns=name,site', async (page) => {
      await page.getByText('11 nodes', { exact: true }).waitFor()
      const saved = async (form: string) => {
        await page.getByRole('button', { name: 'Export' }).click()
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: form }).click(),
        ])
        return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') }
      }
      const csv = await saved('As CSV')
      expect(csv.name).toBe('nodes.csv')
      const lines = csv.text.trimEnd().split('\r\n')
      expect(lines).toHaveLength(12)
      expect(lines.slice(0, 2)).toEqual(['Name,Site', 'lab-1-desk-1,lab-1'])
      const json = await saved('As JSON')
      expect(json.name).toBe('nodes.json')
      const rows = JSON.parse(json.text) as { name: string; capacity: { cpuCores: number } }[]
      expect(rows.map((row) => row.name)).toHaveLength(11)
      expect(rows[0]).toMatchObject({ name: 'lab-1-desk-1', capacity: { cpuCores: 16 } })
    })
  })

  it('keeps only the rows in sight in the document', async () => {
    await visitor.visit('/events', async (page) => {
      const grid = page.getByRole('grid', { name: 'events' })
      await grid.waitFor()
      const shown = () => grid.getByRole('row').count()
      await expect.poll(shown).toBeGreaterThan(10)
      expect(await shown()).toBeLessThan(80)
    })
  })
})
