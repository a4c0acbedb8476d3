import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)('the orrery as a list', { timeout: 60_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['web-1'])
  }, 180_000)
  afterAll(() => visitor?.close())

  const grid = (page: Page) => page.getByRole('grid', { name: 'nodes' })
  const beyond = (page: Page) => grid(page).evaluate((rows) => rows.scrollWidth - rows.clientWidth)
  const entry = (page: Page, key: string) => new URL(page.url()).searchParams.get(key)

  it('fits the desk, and a phone as cards of three', async () => {
    await visitor.visit('/?view=list', async (page) => {
      await grid(page).getByRole('columnheader', { name: 'Workloads' }).waitFor()
      expect(await beyond(page)).toBe(0)
    })
    await visitor.visit(
      '/?view=list',
      async (page) => {
        const first = grid(page).getByRole('row').first()
        await first.waitFor()
        expect(await first.getByRole('gridcell').count()).toBe(3)
        expect(await beyond(page)).toBe(0)
        await page.getByRole('combobox', { name: 'Sort' }).click()
        await page.getByRole('option', { name: 'CPU used ↓' }).click()
        await expect.poll(() => entry(page, 'sort')).toBe('-cpuShare')
      },
      { viewport: { width: 390, height: 844 } },
    )
  })

  it('moves and opens by keys, which `?` lists, and is as it was on the way back', async () => {
    await visitor.visit('/?view=list', async (page) => {
      await grid(page).getByRole('button', { name: 'Cores' }).click()
      await grid(page).getByRole('button', { name: 'Cores' }).click()
      await expect.poll(() => entry(page, 'sort')).toBe('-cpuCores')
      // A heading that was clicked keeps the focus, and with it `Enter`.
      await page.reload()
      await grid(page).getByRole('columnheader', { name: 'Cores' }).waitFor()
      await page.keyboard.press('?')
      await page.getByRole('dialog').getByText('Next row').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })

      await page.keyboard.press('j')
      await page.keyboard.press('j')
      const current = grid(page).getByRole('row', { selected: true })
      // The address follows when the cursor rests: on the second row, not on the first.
      await expect
        .poll(async () => entry(page, 'row') === (await current.getByRole('link').textContent()))
        .toBe(true)
      const row = entry(page, 'row') ?? ''
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: row }).waitFor()
      await page.goBack()
      await current.getByText(row, { exact: true }).waitFor()
      expect(entry(page, 'sort')).toBe('-cpuCores')
    })
  })

  it('is exported and copied with its filter and order', async () => {
    await visitor.visit('/?view=list&filter=site%3Aedge-1&sort=-cpuCores', async (page) => {
      await grid(page).getByRole('link', { name: 'edge-1-gpu-1' }).waitFor()
      await page.getByRole('button', { name: 'Copy' }).click()
      await page.getByRole('menuitem', { name: 'Copy as CLI' }).click()
      await expect
        .poll(() => page.evaluate(() => navigator.clipboard.readText()))
        .toBe('orrery node list --filter site:edge-1 --sort -cpuCores')
      await page.getByRole('button', { name: 'Export' }).click()
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'As CSV' }).click(),
      ])
      const lines = readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\r\n')
      expect(lines[0]).toBe('Name,State,Site,CPU used (cores),Cores (cores),Memory (bytes),Workloads')
      expect(lines).toHaveLength(1 + 8)
    })
  })
})
