/**
 * A reader of the console: a browser signed in to a real server in a process of its own. Everything has a time limit;
 * a visit that failed leaves a picture and says where.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type Client, client } from '@orrery/api/client.ts'
import type { ServerOptions } from '@orrery/server/options.ts'
import { consoleBuild } from '../../scripts/build-console.ts'
import { lacking } from '../requirement.ts'
import { databaseUrl, schemaCreate, schemaDrop } from '../setup/schema.ts'
import { type ServerProcess, serverProcess } from '../setup/server-process.ts'
import { browserLack, browserOpen } from './browser.ts'

/** How the reader's browser differs from the usual one. Where the locale is null, it has the language of its machine. */
type Reader = Omit<BrowserContextOptions, 'locale'> & { locale?: string | null }

export type Visitor = {
  url: string
  /** the native API as an admin */
  api: Client
  browser: Browser
  server: ServerProcess
  /** The same database on the same port again, after the server was killed. */
  restart(): Promise<void>
  /** Opens a page of the console, looks at it, and closes it. Throws what `look` throws, and what broke in the page. */
  visit(path: string, look: (page: Page) => Promise<void>, as?: Reader): Promise<void>
  close(): Promise<void>
}

/** Why the browser tests cannot run here, or undefined. */
export const noBrowser: string | undefined = lacking('browser', await browserLack())
if (noBrowser !== undefined) console.log(`skipped: the console in a browser. ${noBrowser}`)

/** Of everything that a page is asked to do or show; the machine may be busy with other tests. */
const withinMs = 15_000
const pictures = join(import.meta.dirname, '../../node_modules/.orrery/e2e')
const desk: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  timezoneId: 'UTC',
  colorScheme: 'light',
  permissions: ['clipboard-read', 'clipboard-write'],
}

/** The demonstration's machines without its comings and goings, unless `options` say otherwise. */
export async function visitorOpen(options: Partial<ServerOptions> = {}): Promise<Visitor> {
  await consoleBuild()
  const closers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const each of closers.splice(0).toReversed()) await each()
  }
  try {
    return await open(options, closers, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  options: Partial<ServerOptions>,
  closers: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Visitor> {
  const schema = await schemaCreate()
  closers.push(() => schemaDrop(schema))
  const start = (port: number) =>
    serverProcess({ databaseUrl: databaseUrl(), schema, demo: true, demoArrivals: false, ...options, port })
  let server = await start(0)
  // One that a test killed has ended already.
  closers.push(async () => (server.child.signalCode === 'SIGKILL' ? undefined : server.close()))
  const { url, token } = server
  const api = client({ baseUrl: url, token, timeoutMs: withinMs })
  const browser = await browserOpen()
  closers.push(() => browser.close())
  const { principal } = await api.call('sessionView', {})
  const { code } = await api.call('principalInvite', { ref: principal.name, body: {} })
  const session = await signIn(browser, `${url}/sign-in#code=${code}`)

  return {
    url,
    api,
    browser,
    get server() {
      return server
    },
    async restart() {
      server = await start(Number(new URL(url).port))
    },
    async visit(path, look, { locale = 'en-GB', ...as } = {}) {
      const context = await browser.newContext({
        ...desk,
        baseURL: url,
        storageState: session,
        ...as,
        ...(locale === null ? {} : { locale }),
      })
      const page = await pageOpen(context)
      const broken: string[] = []
      page.on('pageerror', (error) => broken.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          broken.push(message.text())
      })
      try {
        await page.goto(path)
        await look(page)
        if (broken.length > 0) throw new Error(`broken in the page:\n${broken.join('\n')}`)
      } catch (error) {
        await pictureTake(page, path, error)
        throw error
      } finally {
        await context.close()
      }
    },
    close,
  }
}

async function signIn(browser: Browser, link: string) {
  const context = await browser.newContext(desk)
  const page = await pageOpen(context)
  await page.goto(link)
  await page.getByRole('heading', { name: 'Orrery', level: 1 }).waitFor()
  const session = await context.storageState()
  await context.close()
  return session
}

async function pageOpen(context: Awaited<ReturnType<Browser['newContext']>>): Promise<Page> {
  context.setDefaultTimeout(withinMs)
  context.setDefaultNavigationTimeout(withinMs)
  return context.newPage()
}

async function pictureTake(page: Page, path: string, error: unknown): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  const name = `${path.replaceAll(/[^a-z0-9]+/gi, '-')}-${Date.now()}.png`
  const file = join(pictures, name)
  try {
    await page.screenshot({ path: file, timeout: withinMs })
    console.error(`the page as it was: ${file} at ${page.url()}`)
  } catch (cause) {
    console.error(`no picture of ${path}: ${String(cause)}; it failed with ${String(error)}`)
  }
}
