import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)('a page that stays open', { timeout: 90_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['web-1'])
  }, 180_000)
  afterAll(() => visitor?.close())

  it('shows what is made elsewhere, what becomes of it, and that it is gone, without a reload', async () => {
    await visitor.visit('/workloads', async (page) => {
      const grid = page.getByRole('grid', { name: 'workloads' })
      await grid.getByRole('link', { name: 'web-1' }).waitFor()
      const loads: string[] = []
      page.on('framenavigated', (frame) => loads.push(frame.url()))
      const made = await workloadMake(visitor.api, 'elsewhere')
      const row = grid.getByRole('row').filter({ hasText: 'elsewhere' })
      await row.waitFor()
      await row.getByText('running').waitFor()
      await visitor.api.call('workloadDelete', { ref: made.id })
      await row.waitFor({ state: 'detached' })
      expect(loads).toEqual([])
    })
  })

  it('keeps rows in their place under the pointer, and says how many changes wait', async () => {
    await visitor.visit('/workloads?sort=name', async (page) => {
      const grid = page.getByRole('grid', { name: 'workloads' })
      const first = grid.getByRole('row').filter({ hasText: 'web-1' })
      await first.hover()
      const before = await first.boundingBox()
      await workloadMake(visitor.api, 'aaa-first', { autoPlace: false })
      const waiting = page.getByRole('button', { name: /changes? waiting/ })
      await waiting.waitFor()
      expect(await first.boundingBox()).toEqual(before)
      // The way to the button leaves the rows, which lets the changes in by itself: pressed without moving there.
      await waiting.dispatchEvent('click')
      await grid.getByRole('link', { name: 'aaa-first' }).waitFor()
    })
  })

  it('opens the palette over the page while the server is away', async () => {
    await visitor.visit('/workloads', async (page) => {
      const grid = page.getByRole('grid', { name: 'workloads' })
      await grid.getByRole('link', { name: 'web-1' }).waitFor()
      await page.waitForFunction(() =>
        performance.getEntriesByType('resource').some(({ name }) => name.includes('/palette-')),
      )
      await visitor.server.kill()
      await page.getByText(/^Lost for /).waitFor()
      await page.keyboard.press('Control+k')
      await page.keyboard.type('poli')
      await page.getByRole('button', { name: 'Policies Twin' }).waitFor()
      await page.keyboard.press('Escape')
      expect(await grid.getByRole('link', { name: 'web-1' }).count()).toBe(1)
      await visitor.restart()
      await page.getByText('Live', { exact: true }).waitFor({ timeout: 30_000 })
    })
  })

  it('says in words that the server is away, and goes on by itself when it is back', async () => {
    await visitor.visit('/workloads', async (page) => {
      const grid = page.getByRole('grid', { name: 'workloads' })
      await grid.getByRole('link', { name: 'web-1' }).waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
      await visitor.server.kill()
      await page.getByText(/^Lost for /).waitFor()
      // What was read stays on the page.
      expect(await grid.getByRole('link', { name: 'web-1' }).count()).toBe(1)

      // What has to be asked for is said to have failed, in words.
      await page.getByRole('combobox', { name: 'Filter workloads' }).fill('name:web-1')
      const alert = page.getByRole('alert')
      await alert.getByText('Could not list the workloads').waitFor({ timeout: 30_000 })
      expect(await alert.textContent()).toMatch(/The connection failed\..*Check that `orrery up` is running/)

      // So is a page of which this browser has seen nothing yet.
      await page.getByRole('link', { name: 'Providers', exact: true }).click()
      await alert.getByText('Could not show this page').waitFor({ timeout: 30_000 })
      expect(await alert.textContent()).toContain('The connection failed.')

      await visitor.restart()
      await page.getByText('Live', { exact: true }).waitFor({ timeout: 30_000 })
      await page.getByRole('heading', { level: 1, name: 'Providers' }).waitFor({ timeout: 30_000 })
      await page.getByRole('link', { name: 'Workloads', exact: true }).click()
      await grid.getByRole('link', { name: 'web-1' }).waitFor()
      await workloadMake(visitor.api, 'after', { autoPlace: false })
      await grid.getByRole('link', { name: 'after' }).waitFor()
    })
  })
})
