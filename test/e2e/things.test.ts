import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { standing, tooBig, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)("a thing's page", { timeout: 60_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['web-1', 'web-2'])
  }, 180_000)
  afterAll(() => visitor?.close())

  const nodeOf = async (workload: string) => {
    const { nodeName } = await visitor.api.call('workloadView', { ref: workload })
    if (nodeName === null) throw new Error(`${workload} has no node`)
    return nodeName
  }

  it("draws a node's measurements, and gives them as tables", async () => {
    await visitor.visit(`/nodes/${await nodeOf('web-1')}`, async (page) => {
      const charts = page.getByRole('region', { name: 'Measurements' })
      for (const title of ['CPU', 'Memory', 'Disk', 'Network', 'Power']) {
        await charts.getByRole('img', { name: new RegExp(`^${title}: `) }).waitFor()
      }
      // Values at once, not only axes.
      await charts.getByRole('img', { name: /^CPU: used [\d.]+ cores?, capacity \d+ cores/ }).waitFor()
      const inked = () =>
        charts
          .locator('canvas')
          .first()
          .evaluate((canvas: HTMLCanvasElement) => {
            const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
            return pixels?.some((value) => value !== 0) ?? false
          })
      await expect.poll(inked).toBe(true)
      await page.keyboard.press('t')
      const table = charts.getByRole('group', { name: 'CPU as a table' })
      await table.getByRole('columnheader', { name: 'used' }).waitFor()
      // The headings, the day, and at least one instant.
      await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(2)
      await table
        .getByRole('rowheader', { name: /^\d{4}-\d\d-\d\d UTC$/ })
        .first()
        .waitFor()
      await table
        .getByRole('rowheader', { name: /^\d\d:\d\d:\d\d$/ })
        .first()
        .waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('as')).toBe('table')
      for (const title of ['CPU', 'Memory', 'Disk', 'Network', 'Power']) {
        const each = charts.getByRole('group', { name: `${title} as a table` })
        expect(await each.evaluate((element) => element.scrollWidth - element.clientWidth), title).toBe(0)
      }
      await page.reload()
      await table.waitFor()
      await page.keyboard.press('t')
      await table.waitFor({ state: 'detached' })
      await expect.poll(() => new URL(page.url()).searchParams.has('as')).toBe(false)
    })
  })

  it('is drawn in a browser that gives its language a name that is none', async () => {
    await visitor.visit(
      `/nodes/${await nodeOf('web-1')}`,
      async (page) => {
        const charts = page.getByRole('region', { name: 'Measurements' })
        await charts.getByRole('img', { name: /^CPU: used/ }).waitFor()
        await page.goto('/workloads/web-1')
        await charts.getByRole('img', { name: /^CPU: used/ }).waitFor()
      },
      { locale: null },
    )
  })

  it('gives the focus back to the button that opened a dialog, also when the act turns it off', async () => {
    await visitor.visit('/nodes/homes-1-box-1', async (page) => {
      const focused = (name: string) =>
        expect
          .poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: 10_000 })
          .toBe(name)
      const drain = page.getByRole('button', { name: 'Drain', exact: true })
      const dialog = page.getByRole('dialog', { name: 'Drain homes-1-box-1' })
      for (const leave of ['Escape', 'Cancel', 'Close', 'Drain']) {
        await drain.first().focus()
        await page.keyboard.press('Enter')
        await dialog.getByRole('textbox').waitFor()
        // The focus has moved into the dialog.
        await expect
          .poll(() => dialog.evaluate((element) => element.contains(document.activeElement)))
          .toBe(true)
        if (leave === 'Escape') await page.keyboard.press('Escape')
        else {
          await dialog.getByRole('button', { name: leave }).focus()
          await page.keyboard.press('Enter')
        }
        await dialog.waitFor({ state: 'detached' })
        await focused('Drain')
      }
      await page.getByText('draining').first().waitFor()
      await focused('Drain')
      await visitor.api.call('nodeActivate', { ref: 'homes-1-box-1', body: {} })
    })
  })

  it('does not register GPUs without a model', async () => {
    await visitor.visit('/nodes', async (page) => {
      await page.getByRole('button', { name: 'New node' }).first().click()
      const dialog = page.getByRole('dialog', { name: 'New node' })
      await dialog.getByRole('textbox', { name: 'Name' }).fill('gpu-box')
      await dialog.getByRole('combobox', { name: 'Site' }).click()
      await page.getByRole('option').first().click()
      const register = dialog.getByRole('button', { name: 'Register' })
      await expect.poll(() => register.isEnabled()).toBe(true)
      await dialog.getByRole('textbox', { name: 'GPUs' }).fill('2')
      await dialog.getByText('Say which model its GPUs are.').waitFor()
      expect(await register.isEnabled()).toBe(false)
      await dialog.getByRole('textbox', { name: 'GPU model' }).fill('A100')
      await expect.poll(() => register.isEnabled()).toBe(true)
    })
  })

  it('holds a form closed while a part of it is not JSON, and gives no older value as a command', async () => {
    await visitor.visit('/providers', async (page) => {
      await page.getByRole('button', { name: 'New provider' }).click()
      const dialog = page.getByRole('dialog', { name: 'New provider' })
      await dialog.getByRole('textbox', { name: 'Name' }).fill('other')
      await dialog.getByRole('combobox', { name: 'Kind' }).click()
      await page.getByRole('option', { name: 'emulator' }).click()
      const create = dialog.getByRole('button', { name: 'Create' })
      const sites = dialog.getByRole('textbox', { name: 'Sites' })
      const command = dialog.getByText(/^orrery provider create --name other/)
      await sites.fill('[{"name":"lab"}]')
      await command.waitFor()
      expect(await create.isEnabled()).toBe(true)
      await sites.fill('[{"name":"lab"}')
      await dialog.getByText(/^This is not JSON/).waitFor()
      await dialog.getByText(/^Sites is not JSON/).waitFor()
      expect(await create.isEnabled()).toBe(false)
      expect(await command.count()).toBe(0)
      await sites.fill('[{"name":"lab"}]')
      await command.waitFor()
      expect(await create.isEnabled()).toBe(true)
    })
  })

  it('takes every key of a choice, however fast they come', async () => {
    await visitor.visit('/nodes/lab-1-desk-1', async (page) => {
      const ranges = page.getByRole('radiogroup', { name: 'Range' })
      await ranges.getByRole('radio', { name: '15 min' }).focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      await expect.poll(() => new URL(page.url()).searchParams.get('range'), { timeout: 10_000 }).toBe('24 h')
      expect(await ranges.getByRole('radio', { name: '24 h' }).isChecked()).toBe(true)
    })
  })

  it('links a node and its workloads both ways', async () => {
    const node = await nodeOf('web-1')
    await visitor.visit(`/nodes/${node}`, async (page) => {
      await page
        .getByRole('table', { name: `Workloads on ${node}` })
        .getByRole('link', { name: 'web-1' })
        .click()
      await page.getByRole('heading', { level: 1, name: 'web-1' }).waitFor()
      const facts = page.getByRole('region', { name: 'What it is' })
      await facts.getByRole('link', { name: node }).click()
      await page.getByRole('heading', { level: 1, name: node }).waitFor()
    })
  })

  it('says why a workload is where it is: filters, scores, the runner-up', async () => {
    const node = await nodeOf('web-2')
    await visitor.visit('/workloads/web-2', async (page) => {
      const why = page.getByRole('region', { name: 'Why here' })
      await why.getByText('placed').first().waitFor()
      const funnel = why.getByRole('list', { name: 'Filters' })
      await funnel.getByRole('listitem').filter({ hasText: 'Looked at' }).getByText('56 nodes').waitFor()
      await funnel.getByText('Could take it').waitFor()
      const scores = why.getByRole('table')
      await scores.getByRole('columnheader', { name: `${node} chosen` }).waitFor()
      await scores.getByRole('columnheader', { name: /runner-up/ }).waitFor()
      await scores.getByRole('row', { name: /^Total/ }).waitFor()
      await page
        .getByRole('region', { name: 'Placement history' })
        .getByRole('table', { name: 'Stays' })
        .waitFor()
    })
  })

  it('says why a workload waits, how many nodes each filter removed, and what to do', async () => {
    await workloadMake(visitor.api, 'huge', { demand: tooBig })
    await vi.waitFor(
      async () => {
        const { reason } = await visitor.api.call('workloadView', { ref: 'huge' })
        if (reason === null) throw new Error('the planner has not looked at it yet')
      },
      { timeout: 20_000, interval: 250 },
    )
    await visitor.visit('/workloads/huge', async (page) => {
      const why = page.getByRole('region', { name: 'Why pending' })
      await why.getByText('pending').first().waitFor()
      const funnel = why.getByRole('list', { name: 'Filters' })
      await funnel.getByRole('listitem').filter({ hasText: /−\d+/ }).first().waitFor()
      await funnel.getByText('0 nodes').waitFor()
      await why.getByText('Make its demand smaller').waitFor()
      await page.getByRole('link', { name: 'Orrery', exact: true }).click()
      const waiting = page.getByRole('region', { name: 'Waiting for a place' })
      await waiting.getByRole('link', { name: 'huge' }).waitFor()
    })
  })

  it('asks for the name before it deletes', async () => {
    await workloadMake(visitor.api, 'doomed', { autoPlace: false })
    await visitor.visit('/workloads/doomed', async (page) => {
      await page.getByRole('button', { name: 'Delete' }).click()
      const dialog = page.getByRole('dialog', { name: 'Delete doomed' })
      const confirm = dialog.getByRole('button', { name: 'Delete' })
      await confirm.waitFor()
      expect(await confirm.isEnabled()).toBe(false)
      const name = dialog.getByRole('textbox', { name: /Type the name, doomed/ })
      await name.fill('doome')
      expect(await confirm.isEnabled()).toBe(false)
      await name.fill('doomed')
      await confirm.click()
      await page.getByRole('heading', { level: 1, name: 'Workloads' }).waitFor()
      await expect
        .poll(
          () =>
            visitor.api.call('workloadView', { ref: 'doomed' }).then(
              () => 'there',
              () => 'gone',
            ),
          {
            timeout: 15_000,
          },
        )
        .toBe('gone')
    })
  })

  it('creates a workload, showing first what will be and the same as a command', async () => {
    await visitor.visit('/workloads', async (page) => {
      await page.getByRole('button', { name: 'New workload' }).first().click()
      const dialog = page.getByRole('dialog', { name: 'New workload' })
      expect(await dialog.getByRole('button', { name: 'Create' }).isEnabled()).toBe(false)
      await dialog.getByRole('textbox', { name: 'Name' }).fill('made-here')
      await dialog.getByRole('textbox', { name: 'CPU' }).fill('2')
      await dialog.getByRole('row', { name: /Workload none → made-here, 2 cores/ }).waitFor()
      await dialog.getByText('orrery workload create --name made-here').waitFor()
      await dialog.getByRole('button', { name: 'Create' }).click()
      await page.getByRole('heading', { level: 1, name: 'made-here' }).waitFor()
      expect((await visitor.api.call('workloadView', { ref: 'made-here' })).demand.cpuCores).toBe(2)
    })
  })

  it('shows what the server refuses in words, and keeps what was typed', async () => {
    await visitor.visit('/workloads', async (page) => {
      await page.getByRole('button', { name: 'New workload' }).first().click()
      const dialog = page.getByRole('dialog', { name: 'New workload' })
      await dialog.getByRole('textbox', { name: 'Name' }).fill('web-1')
      await dialog.getByRole('button', { name: 'Create' }).click()
      const alert = dialog.getByRole('alert')
      await alert.getByText('Could not create workload web-1').waitFor()
      expect(await alert.textContent()).not.toContain('{')
      expect(await dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('web-1')
      // What was said of one name is not said of another.
      await dialog.getByRole('textbox', { name: 'Name' }).fill('web-1-too')
      await alert.waitFor({ state: 'detached' })
    })
  })

  it('says that a thing is not there, and what to try', async () => {
    await visitor.visit('/nodes/nobody', async (page) => {
      const alert = page.getByRole('alert')
      await alert.getByText('Could not show node nobody').waitFor()
      await alert.getByText('It may have been deleted').waitFor()
    })
  })
})
