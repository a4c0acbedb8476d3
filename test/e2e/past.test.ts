import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)('the timeline slider', { timeout: 60_000 }, () => {
  let visitor: Visitor
  /** When `early` was there and `late` was not. */
  let between: string
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['early'])
    between = (await visitor.api.call('statusView', {})).now
    // The slider has steps: what happens has to be further apart than one of them.
    await new Promise((resolve) => {
      setTimeout(resolve, 4000)
    })
    await workloadMake(visitor.api, 'late', { autoPlace: false })
  }, 180_000)
  afterAll(() => visitor?.close())

  const slider = (page: Page) => page.getByRole('slider', { name: 'Wind time back' })
  const rows = (page: Page) => page.getByRole('grid', { name: 'workloads' })
  const atOf = (page: Page) => new URL(page.url()).searchParams.get('at')

  it('winds a list back to before a thing was there, with actions off, and returns to now', async () => {
    await visitor.visit('/workloads', async (page) => {
      await rows(page).getByRole('link', { name: 'late' }).waitFor()
      const box = await slider(page).boundingBox()
      if (box === null) throw new Error('the slider has no place on the page')
      await page.mouse.move(box.x + box.width - 8, box.y + box.height / 2)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 6 })
      // It stays under the hand, however the page around it changes.
      const position = Number(await slider(page).inputValue())
      expect(Math.abs(position - 700)).toBeLessThan(40)
      await page.mouse.up()
      await page.getByText('Actions are off.').waitFor()
      await expect.poll(() => atOf(page)).toMatch(/^\d{4}-\d\d-\d\dT/)
      expect(Date.parse(atOf(page) ?? '')).toBeLessThan(Date.now())
      expect(await slider(page).getAttribute('aria-valuetext')).toMatch(/ ago$/)

      await page.getByRole('region', { name: 'Time' }).getByRole('button', { name: 'Back to now' }).click()
      await rows(page).getByRole('link', { name: 'late' }).waitFor()
      await expect.poll(() => atOf(page)).toBeNull()
    })
  })

  it('is moved from the keyboard too', async () => {
    await visitor.visit('/nodes', async (page) => {
      await page.getByRole('grid', { name: 'nodes' }).waitFor()
      await slider(page).focus()
      await page.keyboard.press('ArrowLeft')
      await page.getByText('Actions are off.').waitFor()
      await expect.poll(() => atOf(page)).not.toBeNull()
      await page.keyboard.press('End')
      await page.getByText('Actions are off.').waitFor({ state: 'detached' })
      await expect.poll(() => atOf(page)).toBeNull()
    })
  })

  it('shows in every list and page what was then, and says why nothing can be done', async () => {
    await visitor.visit(`/workloads?at=${between}`, async (page) => {
      await rows(page).getByRole('link', { name: 'early' }).waitFor()
      expect(await rows(page).getByRole('link', { name: 'late' }).count()).toBe(0)
      const create = page.getByRole('button', { name: 'New workload' }).first()
      expect(await create.getAttribute('aria-disabled')).toBe('true')
      expect(await create.getAttribute('title')).toBe('You are looking at the past. Go back to now to act.')
      await create.focus()
      await page.getByRole('tooltip').getByText('You are looking at the past').waitFor()

      // A link carries the time along.
      await rows(page).getByRole('link', { name: 'early' }).click()
      await page.getByRole('heading', { level: 1, name: 'early' }).waitFor()
      await expect.poll(() => atOf(page)).toBe(between)
      expect(await page.getByRole('button', { name: 'Delete' }).getAttribute('aria-disabled')).toBe('true')
      await page.getByRole('link', { name: 'Orrery', exact: true }).click()
      await page.getByRole('link', { name: '1 in all' }).waitFor()
      await page.getByRole('status').getByRole('button', { name: 'Back to now' }).click()
      await page.getByRole('link', { name: '2 in all' }).waitFor()
    })
  })

  it('shows no machines before the first was registered', async () => {
    const before = new Date(Date.now() - 3_000_000_000).toISOString()
    await visitor.visit(`/nodes?at=${before}`, async (page) => {
      await page.getByText('Actions are off.').waitFor()
      await page
        .getByText(/No nodes/)
        .first()
        .waitFor()
    })
  })
})
