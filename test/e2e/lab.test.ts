import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

const gib = 1024 ** 3
/** Each alone on one of the four machines with 64 cores, so that none has room for `big`. */
const spread = ['web-1', 'web-2', 'web-3', 'web-4'] as const
const scenario = `name: a small evening
horizon: 1h
policies: [best-fit, worst-fit]
nodes: [{ name: node, count: 2, cpuCores: 4, memory: 8 GiB }]
usage: { measured: { series: cpu_utilization.csv, cpuCores: 2 } }
arrivals:
  - { task: web, count: 2, cpuCores: 1, memory: 1 GiB, usage: measured }
  - { task: large, at: 1m, cpuCores: 4, memory: 1 GiB }
`
const series = 'timestamp,value\n2026-01-01 00:00:00,50\n2026-01-01 00:05:00,100\n'
const machineOf = (workload: string) => workload.replace('web', 'cloud-1-mem')

describe.skipIf(noBrowser !== undefined)('the lab of the twin', { timeout: 120_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    const { api } = visitor
    await standing(api, [])
    for (const name of spread) {
      await workloadMake(api, name, { demand: { cpuCores: 8, memoryBytes: 8 * gib }, autoPlace: false })
      await api.call('workloadBind', { ref: name, body: { node: machineOf(name) } })
    }
    await standing(api, [])
    await workloadMake(api, 'big', { demand: { cpuCores: 60, memoryBytes: 64 * gib } })
  }, 180_000)
  afterAll(() => visitor?.close())

  const choose = async (page: Page, label: string, option: string) => {
    await page.getByRole('combobox', { name: label }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }
  const approve = async (page: Page) => {
    await page.getByRole('button', { name: 'Approve' }).click()
    await page
      .getByRole('dialog', { name: 'Approve the plan' })
      .getByRole('button', { name: 'Approve' })
      .click()
    const ref = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const plan = () => visitor.api.call('planView', { ref })
    // Its steps say why, when it does not come to this.
    await expect.poll(plan, { timeout: 60_000 }).toMatchObject({
      state: 'applied',
      steps: expect.not.arrayContaining([expect.objectContaining({ state: 'failed' })]),
    })
    const facts = page.getByRole('region', { name: 'What it is' })
    await facts.getByText('applied', { exact: true }).waitFor()
  }
  const nodeOf = async (workload: string) =>
    (await visitor.api.call('workloadView', { ref: workload })).nodeName

  it('forks what is live, compares policies, says why, and its winner is approved, applied and put back', async () => {
    await visitor.visit('/', async (page) => {
      await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: 'Lab', exact: true })
        .click()
      await page.getByRole('heading', { level: 1, name: 'Lab' }).waitFor()
      // The policy in charge is chosen already, beside one that spreads.
      await page.getByRole('checkbox', { name: 'worst-fit' }).waitFor()
      expect(await page.getByRole('checkbox', { name: 'worst-fit' }).isChecked()).toBe(true)
      await page.getByRole('switch', { name: 'Place all work anew' }).check()
      await page.getByRole('textbox', { name: 'Name' }).fill('make room')
      await page
        .getByText("orrery run create --name 'make room' --policy default --policy worst-fit --anew")
        .waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('anew')).toBe('yes')
      await page.getByRole('button', { name: 'Start the run' }).click()

      await page.getByRole('heading', { level: 1, name: 'make room' }).waitFor()
      await page.getByText('succeeded', { exact: true }).first().waitFor({ timeout: 30_000 })
      const measures = page.getByRole('table', { name: 'Measures by policy' })
      await measures.getByRole('columnheader', { name: /^default ?, compared with/ }).waitFor()
      await measures
        .getByRole('row', { name: /^Got a place workloads, more is better ★ best 5 4 −1$/i })
        .waitFor()
      const download = page.waitForEvent('download')
      await page.getByRole('region', { name: 'Measures' }).getByRole('button', { name: 'CSV' }).click()
      const table = readFileSync(await (await download).path(), 'utf8')
      expect(table.split('\r\n')).toContain('got a place,tasks,more,5,4,default')
      await page.getByRole('img', { name: /^How full the nodes are under default/ }).waitFor()
      await page.getByRole('img', { name: /^How full the nodes are under worst-fit/ }).waitFor()

      await choose(page, 'Result of', 'worst-fit')
      await page.getByText('1 waiting at the end').waitFor()
      await page.getByRole('textbox', { name: 'Why is this workload where it is' }).fill('big')
      await page.getByRole('button', { name: 'Ask why' }).click()
      const waits = page.getByRole('dialog', { name: 'Why big under worst-fit' })
      await waits.getByText('Could take it0 nodes').waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('why')).toBe('big')
      await page.keyboard.press('Escape')
      await waits.waitFor({ state: 'hidden' })

      await choose(page, 'Result of', 'default')
      const change = page.getByRole('table', { name: 'Changes' }).getByRole('row', { name: /^big/ })
      const to = await change.getByRole('link').last().textContent()
      await change.getByRole('button', { name: 'Why' }).click()
      const why = page.getByRole('dialog', { name: 'Why big under default' })
      await why.getByRole('columnheader', { name: `${to} chosen` }).waitFor()
      await page.keyboard.press('Escape')
      await why.waitFor({ state: 'hidden' })

      expect(await nodeOf('big')).toBeNull()
      await page.getByRole('button', { name: 'Make this a plan' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Propose the plan' }).click()
      await page.getByRole('heading', { level: 1, name: /^Plan of \d steps$/ }).waitFor()
      expect(await nodeOf('big')).toBeNull()
      await approve(page)
      expect(await nodeOf('big')).toBe(to)
      for (const name of spread) expect(await nodeOf(name)).not.toBe(to)

      await page.getByRole('button', { name: 'Roll back' }).click()
      const forward = page.url()
      await page.getByRole('dialog').getByRole('button', { name: 'Propose the way back' }).click()
      await page.waitForURL((url) => url.href !== forward)
      await page.getByText('proposed', { exact: true }).first().waitFor()
      await approve(page)
      expect(await nodeOf('big')).toBeNull()
      for (const name of spread) expect(await nodeOf(name)).toBe(machineOf(name))
    })
  })

  it('plays the heat map, and shows every chart as a table with one key', async () => {
    await visitor.visit('/runs/make room?policy=worst-fit&frame=0', async (page) => {
      await page.getByText('at the beginning', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Play from here' }).click()
      await page.getByText('at the end', { exact: true }).waitFor()
      await page.waitForURL((url) => !url.searchParams.has('frame'))
      await page.keyboard.press('t')
      const nodes = page.getByRole('table', { name: 'How full the nodes are under worst-fit' })
      await nodes.getByRole('row', { name: /^cloud-1-std-1 / }).waitFor()
      await page.getByRole('table', { name: 'CPU allocated as a table' }).waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('as')).toBe('table')
    })
  })

  it('answers in the browser where a workload would go, and says that this is an estimate', async () => {
    await visitor.visit('/lab?policy=best-fit&policy=worst-fit&demand=2,4,0,0,1000', async (page) => {
      const panel = page.getByRole('region', { name: 'Where would a workload of this size go?' })
      await panel.getByText('an estimate of this browser').waitFor()
      const places = panel.getByRole('table', { name: 'Where it would go' })
      await places
        .getByRole('row', { name: /^worst-fit/ })
        .getByRole('link')
        .waitFor()
      await panel.getByRole('textbox', { name: 'CPU' }).fill('5000')
      await places.getByRole('row', { name: /^best-fit it would wait/ }).waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('demand')).toBe('5000,4,0,0,1000')
    })
  })

  it('answers on a node’s page what would become of its work if it failed', async () => {
    await visitor.visit('/nodes/cloud-1-mem-2', async (page) => {
      await page.getByRole('button', { name: 'What if it failed' }).click()
      const dialog = page.getByRole('dialog', { name: 'What if cloud-1-mem-2 failed' })
      await dialog.getByText('1 of 1 workload would find a place elsewhere.').waitFor()
      await dialog
        .getByRole('table', { name: 'Where they would go' })
        .getByRole('row', { name: /^web-2/ })
        .waitFor()
      await dialog.getByText('An estimate of this browser').waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('if')).toBe('failed')
    })
  })

  it('runs a scenario that was written there, and tells what is wrong with one at its field', async () => {
    await visitor.visit('/lab', async (page) => {
      await page.getByText('A scenario', { exact: true }).click()
      const field = page.getByRole('textbox', { name: 'Scenario' })
      await page.getByText('The scenario’s own policies and seed.').waitFor()
      const example = await field.inputValue()
      await field.fill(example.replace('fail: worker-2', 'fial: worker-2'))
      const start = page.getByRole('button', { name: 'Start the run' })
      await start.click()
      await page.getByText(/^scenario.yaml:19: an entry here has one of the keys fail, recover/).waitFor()
      await page.getByRole('textbox', { name: 'Scenario', description: /scenario.yaml:19/ }).waitFor()
      const selected = await field.evaluate((area: HTMLTextAreaElement) =>
        area.value.slice(area.selectionStart, area.selectionEnd),
      )
      expect(selected).toBe('  - { at: 2h, fial: worker-2 }')
      // What was written outlives the page.
      await page.reload()
      await expect.poll(() => field.inputValue()).toContain('fial: worker-2')

      const files = [
        { name: 'evening.yaml', mimeType: 'application/yaml', buffer: Buffer.from(scenario) },
        { name: 'cpu_utilization.csv', mimeType: 'text/csv', buffer: Buffer.from(series) },
      ]
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Choose files' }).click()
      await (await chooser).setFiles(files)
      await page.getByText('cpu_utilization.csv', { exact: true }).waitFor()
      await expect.poll(() => field.inputValue()).toBe(scenario)
      await page.getByRole('textbox', { name: 'Name' }).fill('evening')
      await page.getByText('orrery twin fork --scenario scenario.yaml --name evening').waitFor()
      await start.click()

      await page.getByRole('heading', { level: 1, name: 'evening' }).waitFor()
      await page.getByText('succeeded', { exact: true }).first().waitFor({ timeout: 30_000 })
      const measures = page.getByRole('table', { name: 'Measures by policy' })
      await measures
        .getByRole('row', { name: /^Got a place workloads, more is better ★ best 3 2 −1$/i })
        .waitFor()
      const plan = page.getByRole('button', { name: 'Make this a plan' })
      expect(await plan.getAttribute('title')).toContain('those of a scenario')
      await page.getByRole('textbox', { name: 'Why is this workload where it is' }).fill('large')
      await page.getByRole('button', { name: 'Ask why' }).click()
      const why = page.getByRole('dialog', { name: 'Why large under best-fit' })
      await why.getByRole('columnheader', { name: 'node-2 chosen' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Again in the lab' }).click()
      await expect.poll(() => page.getByRole('textbox', { name: 'Scenario' }).inputValue()).toBe(scenario)
      await page.getByText('cpu_utilization.csv', { exact: true }).waitFor()
    })
    await visitor.api.call('runDelete', { ref: 'evening' })
  })

  it('shows how far a long run is, and stops it', async () => {
    // Four hundred results.
    const policies = ['random', 'first-fit', 'best-fit', 'fgd'].map((name) => `policy=${name}`).join('&')
    await visitor.visit(`/lab?name=long&${policies}&seeds=1-100&anew=yes`, async (page) => {
      await page.getByText('400 results: 4 policies under 100 seeds.').waitFor()
      await page.getByRole('button', { name: 'Start the run' }).click()
      await page.getByRole('progressbar', { name: /^Progress: \d+ of 400$/ }).waitFor()
      await page.getByRole('button', { name: 'Cancel' }).click()
      const dialog = page.getByRole('dialog', { name: 'Cancel long' })
      await dialog.getByRole('button', { name: 'Ask it to stop' }).click()
      await page.getByText('cancelled', { exact: true }).first().waitFor()
    })
    await visitor.api.call('runDelete', { ref: 'long' })
  })

  it('says what is missing before a run can start, and what was wrong with one', async () => {
    await visitor.visit('/lab?source=window', async (page) => {
      const start = page.getByRole('button', { name: 'Start the run' })
      await start.waitFor()
      expect(await start.getAttribute('title')).toBe('Say since when and until when.')
      await page.goto('/lab?name=make+room&policy=fgd')
      await page.getByRole('button', { name: 'Start the run' }).click()
      await page.getByRole('alert').getByText('Could not start the run').waitFor()
    })
  })

  it('lists runs, and deletes one whose name was typed', async () => {
    await visitor.visit('/runs', async (page) => {
      await page.getByRole('grid', { name: 'runs' }).getByRole('link', { name: 'make room' }).click()
      await page.getByRole('button', { name: 'Delete' }).click()
      const dialog = page.getByRole('dialog', { name: 'Delete make room' })
      await dialog.getByRole('textbox').fill('make room')
      await dialog.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
      expect((await visitor.api.call('runList', { query: {} })).items).toEqual([])
    })
  })
})
