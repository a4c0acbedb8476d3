import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

const soonMs = 20

describe.skipIf(noBrowser !== undefined)('a time in the address', { timeout: 60_000 }, () => {
  let visitor: Visitor
  /** When `gone` was there still and `late` was not yet. */
  let between: string
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['stays'])
    const { createdAt } = await workloadMake(visitor.api, 'gone', { autoPlace: false })
    // So soon after it that few other events of the demonstration come between: the home page shows a handful.
    between = new Date(Date.parse(createdAt) + soonMs).toISOString()
    await sleep(2 * soonMs)
    await visitor.api.call('workloadDelete', { ref: 'gone' })
    await workloadMake(visitor.api, 'late', { autoPlace: false })
  }, 180_000)
  afterAll(() => visitor?.close())

  const atOf = (page: Page) => new URL(page.url()).searchParams.get('at')

  it('goes along from the map through its events to a thing and to all events, which end there', async () => {
    await visitor.visit(`/?at=${between}`, async (page) => {
      const before = page.getByRole('region', { name: 'Just before' })
      await before.getByRole('link', { name: 'gone' }).first().click()
      await page.getByRole('heading', { level: 1, name: 'gone' }).waitFor()
      expect(atOf(page)).toBe(between)
      await page.getByRole('link', { name: 'All of them' }).click()
      const rows = page.getByRole('grid', { name: 'events' })
      await rows.getByText('workload.create').waitFor()
      await page.getByText('Actions are off.').waitFor()
      expect(await rows.getByText('workload.delete').count()).toBe(0)

      await page.getByRole('link', { name: 'Orrery', exact: true }).click()
      await before.getByRole('link', { name: 'all events' }).click()
      await rows.getByRole('link', { name: 'stays' }).first().waitFor()
      expect(atOf(page)).toBe(between)
      expect(await rows.getByRole('link', { name: 'late' }).count()).toBe(0)
    })
  })

  it('leads from the event of a deletion to what was deleted, as it last was', async () => {
    await visitor.visit('/events?filter=verb%3Aworkload.delete', async (page) => {
      const rows = page.getByRole('grid', { name: 'events' })
      await rows.getByRole('link', { name: 'gone' }).first().click()
      await page.getByRole('heading', { level: 1, name: 'gone' }).waitFor()
      await page.getByText('Actions are off.').waitFor()
    })
  })

  it('is carried by a page that knows only now, which says so', async () => {
    const { items } = await visitor.api.call('planList', { query: { limit: 1 } })
    const [plan] = items
    if (plan === undefined) throw new Error('there is no plan')
    await visitor.visit(`/plans/${plan.id}?at=${between}`, async (page) => {
      await page.getByText('The menu leads back to how things were at').waitFor()
      await page.getByRole('table', { name: 'Steps' }).getByRole('link', { name: 'stays' }).click()
      await page.getByRole('heading', { level: 1, name: 'stays' }).waitFor()
      expect(atOf(page)).toBe(between)
      await page.goBack()
      await page.getByText('The menu leads back to how things were at').waitFor()
      await page.getByRole('status').getByRole('button', { name: 'Back to now' }).click()
      await expect.poll(() => atOf(page)).toBe(null)
    })
  })

  it('teaches nothing about making things where there was nothing yet', async () => {
    for (const path of ['/nodes', '/sites', '/workloads', '/events']) {
      await visitor.visit(`${path}?at=2020-01-01T00:00:00Z`, async (page) => {
        await page.getByRole('heading', { name: `No ${path.slice(1)} at that time` }).waitFor()
        expect(await page.getByText(/orrery \w+ create/).count()).toBe(0)
      })
    }
    await visitor.visit('/?at=2020-01-01T00:00:00Z', async (page) => {
      await page.getByRole('heading', { name: 'No sites at that time' }).waitFor()
    })
  })

  it('is named when it is no time', async () => {
    await visitor.visit('/nodes?at=garbage', async (page) => {
      await page.getByText('in the address is no instant').waitFor()
      await page.getByRole('link', { name: 'cloud-1-gpu-1' }).waitFor()
      await page.getByRole('button', { name: 'Take it out' }).click()
      await expect.poll(() => atOf(page)).toBe(null)
      await page.getByText('in the address is no instant').waitFor({ state: 'detached' })
    })
  })
})
