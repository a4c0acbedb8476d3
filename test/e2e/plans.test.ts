import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)('plans that wait for a person', { timeout: 90_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, [])
    // By the console itself: the policy in charge asks a person from now on.
    await visitor.visit('/policies', async (page) => {
      const active = page.getByRole('row').filter({ has: page.getByText('active', { exact: true }) })
      await active.getByRole('button', { name: 'Ask a person' }).click()
      const dialog = page.getByRole('dialog', { name: /^Mode of / })
      await dialog.getByRole('row', { name: 'Its plans auto → approve' }).waitFor()
      await dialog.getByRole('button', { name: 'Change' }).click()
      await active.getByText('approve: a person confirms').waitFor()
    })
  }, 180_000)
  afterAll(() => visitor?.close())

  /** Opens the plan that was proposed for this workload. */
  const proposed = async (page: Page, workload: string) => {
    await workloadMake(visitor.api, workload)
    await page.goto('/plans?filter=state%3Aproposed')
    const grid = page.getByRole('grid', { name: 'plans' })
    // It comes by itself: the page is not asked to reload.
    await grid.locator('.row-link').first().click()
    await page.getByRole('heading', { level: 1, name: 'Plan of 1 step' }).waitFor()
    await page.getByRole('table', { name: 'Steps' }).getByRole('link', { name: workload }).waitFor()
  }

  it('are proposed with a diff, approved on their page, and applied', async () => {
    await visitor.visit('/plans', async (page) => {
      await proposed(page, 'wanted')
      const step = page.getByRole('table', { name: 'Steps' }).getByRole('row', { name: /wanted/ })
      const to = await step.getByRole('link').last().textContent()
      expect(await visitor.api.call('workloadView', { ref: 'wanted' })).toMatchObject({
        state: 'pending',
        nodeName: null,
      })
      await page.getByText('By node', { exact: true }).click()
      await page
        .getByRole('table', { name: 'Changes by node' })
        .getByRole('link', { name: '+wanted' })
        .waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('by')).toBe('node')

      await page.getByRole('button', { name: 'Approve' }).click()
      const dialog = page.getByRole('dialog', { name: 'Approve the plan' })
      await dialog.getByText('Its 1 step start at once').waitFor()
      await dialog.getByRole('button', { name: 'Approve' }).click()
      await page.getByRole('progressbar', { name: '1 of 1 steps ended' }).waitFor({ timeout: 30_000 })
      const facts = page.getByRole('region', { name: 'What it is' })
      await facts.getByText('applied', { exact: true }).waitFor({ timeout: 30_000 })
      const placed = await visitor.api.call('workloadView', { ref: 'wanted' })
      expect(placed.nodeName).toBe(to)

      const again = page.getByRole('button', { name: 'Approve' })
      expect(await again.getAttribute('title')).toBe(
        'Only a plan that is proposed can be approved; this one is applied.',
      )
    })
  })

  it('change nothing when they are refused', async () => {
    await visitor.visit('/plans', async (page) => {
      await proposed(page, 'unwanted')
      await page.getByRole('button', { name: 'Refuse' }).click()
      const dialog = page.getByRole('dialog', { name: 'Refuse the plan' })
      await dialog.getByRole('button', { name: 'Refuse' }).click()
      await page.getByRole('region', { name: 'What it is' }).getByText('refused', { exact: true }).waitFor()
      const left = await visitor.api.call('workloadView', { ref: 'unwanted' })
      expect(left).toMatchObject({ state: 'pending', nodeName: null })
    })
  })
})
