/**
 * `node scripts/node24.js test/e2e/screenshots.ts [FOLDER]`: the pictures of docs/images, taken from a demonstration that
 * has run for a minute and a half. They are looked at by a person before they are committed.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { type Client, client } from '@orrery/api/client.ts'
import { consoleBuild } from '../../scripts/build-console.ts'
import { serverProcess } from '../setup/server-process.ts'
import { browserOpen } from './browser.ts'

const runMs = 90_000
const withinMs = 30_000
const bytesMax = 300_000
const desk = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

type Picture = {
  name: string
  /** or what has to be done first */
  path: string | (() => Promise<string>)
  scheme: 'light' | 'dark'
  size?: { width: number; height: number }
  /** Before it is taken. */
  pose?: (page: Page) => Promise<void>
}

const folder = process.argv[2] ?? join(import.meta.dirname, '../../docs/images')
mkdirSync(folder, { recursive: true })
await consoleBuild(() => console.log('building the console'))
const data = mkdtempSync(join(tmpdir(), 'orrery-pictures-'))
try {
  const server = await serverProcess({ dataDir: data, demo: true })
  try {
    const browser = await browserOpen()
    try {
      console.log(`the demonstration runs for ${runMs / 1000} s at ${server.url}`)
      await sleep(runMs)
      await take(browser, server.url, client({ baseUrl: server.url, token: server.token }))
    } finally {
      await browser.close()
    }
  } finally {
    await server.close()
  }
} finally {
  rmSync(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

async function take(browser: Browser, url: string, api: Client): Promise<void> {
  const { principal } = await api.call('sessionView', {})
  const { code } = await api.call('principalInvite', { ref: principal.name, body: {} })
  const first = await browser.newContext({ baseURL: url })
  const page = await first.newPage()
  await page.goto(`/sign-in#code=${code}`, { timeout: withinMs })
  await page.getByRole('heading', { level: 1, name: 'Orrery' }).waitFor({ timeout: withinMs })
  const storageState = await first.storageState()
  await first.close()
  for (const { name, path, scheme, size = desk, pose } of await pictures(api)) {
    const context = await browser.newContext({
      baseURL: url,
      storageState,
      viewport: size,
      colorScheme: scheme,
      locale: 'en-GB',
      timezoneId: 'UTC',
    })
    context.setDefaultTimeout(withinMs)
    const shown = await context.newPage()
    await shown.goto(typeof path === 'string' ? path : await path())
    await shown.getByRole('heading', { level: 1 }).first().waitFor()
    // Values that come with the first events, and the typeface.
    await shown.waitForTimeout(3000)
    await pose?.(shown)
    const file = join(folder, `${name}.png`)
    await shown.screenshot({ path: file })
    await context.close()
    const { size: bytes } = statSync(file)
    console.log(`${file}: ${Math.round(bytes / 1000)} kB`)
    if (bytes > bytesMax) throw new Error(`${name}.png is larger than ${bytesMax / 1000} kB`)
  }
}

async function pictures(api: Client): Promise<Picture[]> {
  const busiest = await api.call('nodeList', { query: { sort: '-workloads', limit: 1 } })
  const placed = await api.call('workloadList', {
    query: { filter: 'state:running site:cloud-1', sort: '-cpuCores', limit: 1 },
  })
  const [node, workload] = [busiest.items[0], placed.items[0]]
  if (node === undefined || workload === undefined) throw new Error('the demonstration has nothing to show')
  return [
    { name: 'orrery-dark', path: '/', scheme: 'dark' },
    {
      name: 'orrery-light',
      path: '/',
      scheme: 'light',
      async pose(page) {
        // The core stands in the middle of the map.
        await page.getByRole('img', { name: /^Map of the continuum/ }).hover()
      },
    },
    { name: 'orrery-phone', path: '/', scheme: 'dark', size: phone },
    { name: 'nodes-dark', path: '/nodes?sort=-cpuShare', scheme: 'dark' },
    { name: 'node-light', path: `/nodes/${node.name}?range=5+min`, scheme: 'light' },
    { name: 'workload-light', path: `/workloads/${workload.name}?range=5+min`, scheme: 'light' },
    { name: 'run-light', path: async () => `/runs/${await runMade(api)}`, scheme: 'light' },
    {
      name: 'run-dark',
      path: '/runs/a-minute-again?policy=worst-fit',
      scheme: 'dark',
      async pose(page) {
        const maps = page.getByRole('region', { name: 'How full the nodes are' })
        await maps.evaluate((element) => element.scrollIntoView({ block: 'start' }))
      },
    },
    // The last: from then on plans wait, and so does what they would place.
    { name: 'plan-dark', path: async () => `/plans/${await planProposed(api)}`, scheme: 'dark' },
  ]
}

/** Three policies over what the demonstration has seen, placed anew. */
async function runMade(api: Client): Promise<string> {
  const until = Date.now() - 1000
  const source = {
    kind: 'window' as const,
    since: new Date(until - 60_000).toISOString(),
    until: new Date(until).toISOString(),
  }
  const policies = ['best-fit', 'worst-fit', 'fgd']
  const run = await api.call('runCreate', { body: { name: 'a-minute-again', source, policies, anew: true } })
  for (let tries = 0; tries < 60; tries += 1) {
    const { state } = await api.call('runView', { ref: run.id })
    if (state === 'succeeded') return run.name
    await sleep(500)
  }
  throw new Error('the run did not end within 30 s')
}

/** A drain that waits for a person: every workload of a machine, with where it would go. */
async function planProposed(api: Client): Promise<string> {
  const policies = await api.call('policyList', { query: { limit: 100 } })
  const active = policies.items.find((each) => each.active)
  if (active === undefined) throw new Error('no policy is in charge')
  await api.call('policyUpdate', { ref: active.name, body: { mode: 'approve' } })
  const full = await api.call('nodeList', {
    query: { filter: 'site:cloud-1', sort: '-workloads', limit: 2 },
  })
  await api.call('nodeDrain', {
    ref: full.items.at(-1)?.name ?? '',
    body: { reason: 'new power supply' },
  })
  for (let tries = 0; tries < 60; tries += 1) {
    const plans = await api.call('planList', { query: { filter: 'state:proposed', limit: 100 } })
    const most = plans.items.toSorted((one, other) => other.stepCount - one.stepCount)[0]
    if (most !== undefined && most.stepCount > 1) return most.id
    await sleep(500)
  }
  throw new Error('no plan was proposed within 30 s')
}
