import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)('signing in', { timeout: 60_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen({ demo: false })
    await visitor.api.call('principalCreate', { body: { name: 'ada', role: 'viewer' } })
  }, 120_000)
  afterAll(() => visitor?.close())

  const stranger = { storageState: { cookies: [], origins: [] } }
  const linkFor = async (name: string) =>
    `/sign-in#code=${(await visitor.api.call('principalInvite', { ref: name, body: {} })).code}`

  it('says how to get a link to whoever is not signed in', async () => {
    await visitor.visit(
      '/nodes',
      async (page) => {
        await page.getByRole('heading', { name: 'Sign in to Orrery' }).waitFor()
        await page.getByText('npx orrery login --link').waitFor()
      },
      stranger,
    )
  })

  it('takes a one-time link once, and says at the second use that it was used', async () => {
    const link = await linkFor('ada')
    await visitor.visit(
      link,
      async (page) => {
        await page.getByRole('heading', { name: 'Orrery', level: 1 }).waitFor()
        await expect.poll(() => new URL(page.url()).pathname).toBe('/')
        // The code is nowhere in the address or behind it.
        expect(page.url()).not.toContain('code')
        await page.getByRole('button', { name: 'ada: settings' }).waitFor()
        await page.reload()
        await page.getByRole('button', { name: 'ada: settings' }).waitFor()
      },
      stranger,
    )
    await visitor.visit(
      link,
      async (page) => {
        await page.getByRole('heading', { name: 'Sign in to Orrery' }).waitFor()
        expect(await page.getByRole('alert').textContent()).toContain('it was used')
      },
      stranger,
    )
  })

  it('lets a viewer look, and says at each action which role it needs', async () => {
    await visitor.visit(
      await linkFor('ada'),
      async (page) => {
        await page.getByRole('heading', { name: 'Orrery', level: 1 }).waitFor()
        await page.getByRole('link', { name: 'Workloads', exact: true }).click()
        const create = page.getByRole('button', { name: 'New workload' }).first()
        await create.waitFor()
        expect(await create.getAttribute('aria-disabled')).toBe('true')
        expect(await create.getAttribute('title')).toBe(
          'This needs the role operator; you are signed in as viewer.',
        )
      },
      stranger,
    )
  })

  it('ends the session with Sign out', async () => {
    await visitor.visit(
      await linkFor('ada'),
      async (page) => {
        await page.getByRole('button', { name: 'ada: settings' }).click()
        await page.getByRole('menuitem', { name: 'Sign out' }).click()
        await page.getByRole('heading', { name: 'Sign in to Orrery' }).waitFor()
        await page.goto('/nodes')
        await page.getByRole('heading', { name: 'Sign in to Orrery' }).waitFor()
      },
      stranger,
    )
  })
})
