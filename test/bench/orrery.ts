/**
 * The picture of 10,000 bodies at 1280 x 800, drawn by a browser without a graphics card: `/?bodies=10000&bench` draws a
 * made-up continuum in every animation frame, all of it moving. The reference is a page that only clears a canvas of
 * the same size in every frame.
 */
import type { Page } from 'playwright-core'
import { client } from '@orrery/api/client.ts'
import { consoleBuild } from '../../scripts/build-console.ts'
import { browserOpen } from '../e2e/browser.ts'
import type { Bench, Report } from './bench.ts'
import { staged } from './stage.ts'

const bodies = 10_000
const viewport = { width: 1280, height: 800 }
const framesPerSecondMin = 20
const warmUpMs = 2000
const measureMs = 12_000
const referenceMs = 5000
const withinMs = 30_000

export const orrery: Bench = {
  name: 'orrery',
  summary: `frames a second of the orrery with ${bodies} bodies, against a bare canvas`,
  run,
}

async function run(report: Report): Promise<void> {
  await consoleBuild(() => report.say('building the console'))
  await staged(async (stage) => {
    const { url, token } = await stage.serve()
    const api = client({ baseUrl: url, token })
    const { principal } = await api.call('sessionView', {})
    const { code } = await api.call('principalInvite', { ref: principal.name, body: {} })
    const browser = await browserOpen()
    try {
      const context = await browser.newContext({ viewport, baseURL: url, colorScheme: 'dark' })
      context.setDefaultTimeout(withinMs)
      const page = await context.newPage()
      await page.goto(`/sign-in#code=${code}`)
      await page.getByRole('heading', { level: 1, name: 'Orrery' }).waitFor()
      report.say(
        `Chromium ${browser.version()}, headless, no graphics card, ${viewport.width} x ${viewport.height}`,
      )

      const before = await bare(page)
      const drawn = await drawing(page, report)
      const after = await bare(page)
      const reference = (before + after) / 2
      report.figure({
        metric: 'frames',
        value: drawn,
        unit: 'frames/s',
        goal: { atLeast: framesPerSecondMin },
      })
      report.figure({ metric: 'bare', value: reference, unit: 'frames/s', ratio: drawn / reference })
    } finally {
      await browser.close()
    }
  })
}

/** Frames a second of the orrery; throws when it is not all of it that was drawn, or not in every frame. */
async function drawing(page: Page, report: Report): Promise<number> {
  await page.goto(`/?bodies=${bodies}&bench`)
  const map = page.locator('[data-frames]')
  await map.waitFor()
  await page.waitForTimeout(warmUpMs)
  const drawnBefore = Number(await map.getAttribute('data-frames'))
  const { perSecond, frames, slowestMs } = await page.evaluate(frameTimes, measureMs)
  const drawn = Number(await map.getAttribute('data-frames')) - drawnBefore
  const moons = Number(await map.getAttribute('data-moons'))
  // The count on the page is renewed every tenth frame.
  if (drawn < frames - 20) throw new Error(`the orrery was drawn in ${drawn} of ${frames} frames`)
  if (moons < bodies) throw new Error(`${moons} of ${bodies} bodies were drawn`)
  report.say(
    `${bodies} bodies for ${measureMs / 1000} s: ${frames} frames, the slowest took ${slowestMs.toFixed(0)} ms`,
  )
  return perSecond
}

/** Frames a second of a page that does nothing but clear a canvas as large as the window. */
async function bare(page: Page): Promise<number> {
  await page.goto('about:blank')
  await page.setContent('<body style="margin:0;overflow:hidden"><canvas style="display:block"></canvas>')
  await page.evaluate(({ width, height }) => {
    const canvas = document.querySelector('canvas')
    const ink = canvas?.getContext('2d')
    if (canvas == null || ink == null) throw new Error('no canvas')
    Object.assign(canvas, { width, height })
    let frame = 0
    const draw = () => {
      frame += 1
      ink.clearRect(0, 0, width, height)
      // Something has to change, or nothing is shown anew.
      ink.fillRect(frame % width, 0, 1, 1)
      requestAnimationFrame(draw)
    }
    requestAnimationFrame(draw)
  }, viewport)
  return (await page.evaluate(frameTimes, referenceMs)).perSecond
}

/** In the page: the times between animation frames, for that long. */
function frameTimes(ms: number): Promise<{ perSecond: number; frames: number; slowestMs: number }> {
  return new Promise((resolve) => {
    let [first, last, frames, slowestMs] = [Number.NaN, Number.NaN, 0, 0]
    const next = (nowMs: number) => {
      if (Number.isNaN(first)) first = nowMs
      else {
        frames += 1
        slowestMs = Math.max(slowestMs, nowMs - last)
      }
      last = nowMs
      if (nowMs - first < ms) requestAnimationFrame(next)
      else resolve({ perSecond: (1000 * frames) / (last - first), frames, slowestMs })
    }
    requestAnimationFrame(next)
  })
}
