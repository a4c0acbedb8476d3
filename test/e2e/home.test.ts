import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standing, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

const scriptBytesMax = 400_000

describe.skipIf(noBrowser !== undefined)('the orrery at home', { timeout: 60_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, ['web-1', 'web-2'])
  }, 180_000)
  afterAll(() => visitor?.close())

  it('draws every site and node on its canvas, and tells the same in numbers beside it', async () => {
    await visitor.visit('/', async (page) => {
      const map = page.getByRole('img', { name: /^Map of the continuum: 6 sites, 56 nodes/ })
      await map.waitFor()
      const side = page.getByRole('complementary', { name: 'The continuum in numbers' })
      await side
        .getByRole('region', { name: 'Capacity' })
        .getByText(/reserved of/)
        .first()
        .waitFor()
      await side.getByRole('link', { name: /running/ }).waitFor()
      // Drawn, not blank: a moon's pixels are there.
      const inked = () =>
        map.evaluate((canvas: HTMLCanvasElement) => {
          const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
          let count = 0
          for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 0) count += 1
          return count
        })
      await expect.poll(inked).toBeGreaterThan(500)
    })
  })

  it('shows the same nodes as a list, and one filter holds for both', async () => {
    await visitor.visit('/', async (page) => {
      const filter = page.getByRole('combobox', { name: 'Choose what glows' })
      await page.getByRole('img', { name: /^Map of the continuum/ }).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('site:edge-1')
      await page.getByText('8 of 56 nodes').waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toBe('site:edge-1')

      await page.getByText('List', { exact: true }).click()
      const grid = page.getByRole('grid', { name: 'nodes' })
      await grid.waitFor()
      await expect.poll(() => grid.getByRole('row').count()).toBe(1 + 8)
      await grid.getByRole('link', { name: 'edge-1-gpu-1' }).waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('view')).toBe('list')

      await filter.fill('site:edge-1 -site:edge-1')
      await page.getByText('0 of 56 nodes').waitFor()
      await page.getByRole('heading', { name: 'No nodes match this filter' }).waitFor()
      await filter.fill('nosuch:1')
      await page.getByText('the map does not know "nosuch"').waitFor()
    })
  })

  it('pulses with events without breaking, and lists them as they come', async () => {
    await visitor.visit('/', async (page) => {
      await page.getByRole('img', { name: /^Map of the continuum/ }).waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
      const names = Array.from({ length: 5 }, (_, index) => `pulse-${index}`)
      await Promise.all(names.map((name) => workloadMake(visitor.api, name)))
      const recent = page.getByRole('region', { name: 'Just now' })
      await recent
        .getByText(/pulse-\d/)
        .first()
        .waitFor()
      await Promise.all(names.map((name) => visitor.api.call('workloadDelete', { ref: name })))
      await page.waitForTimeout(1500)
    })
  })

  it('tells what is under the pointer, and opens it with a click', async () => {
    await visitor.visit('/?filter=site%3Acloud-1', async (page) => {
      const map = page.getByRole('img', { name: /^Map of the continuum/ })
      await map.waitFor()
      const box = await map.boundingBox()
      if (box === null) throw new Error('the map has no place on the page')
      const tip = page.locator('.orrery-tip')
      // The core stands in the middle of the rings; moons go around it.
      const spots = Array.from({ length: 240 }, (_, step) => {
        const [angle, radius] = [step * 2.4, 2 + step * 1.2]
        return { x: box.width / 2 + radius * Math.cos(angle), y: box.height / 2 + radius * Math.sin(angle) }
      })
      let opened = ''
      for (const { x, y } of spots) {
        await page.mouse.move(box.x + x, box.y + y)
        const text = await tip.textContent({ timeout: 50 }).catch(() => null)
        if (text === null || !/cloud-1-(std|mem|gpu)-\d+/.test(text)) continue
        opened = /cloud-1-(?:std|mem|gpu)-\d+/.exec(text)?.[0] ?? ''
        await page.mouse.down()
        await page.mouse.up()
        break
      }
      expect(opened).not.toBe('')
      await page.getByRole('heading', { level: 1, name: /^(cloud|edge|lab|homes)-/ }).waitFor()
      await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/(nodes|sites)\//)
    })
  })

  it('moves, and holds still when the system asks for less motion', async () => {
    const framesIn = async (ms: number, enough: number, reducedMotion: 'reduce' | 'no-preference') => {
      let frames = 0
      await visitor.visit(
        '/',
        async (page) => {
          await page.getByRole('img', { name: /^Map of the continuum/ }).waitFor()
          frames = await page.evaluate(framesCount, { ms, enough })
        },
        { reducedMotion },
      )
      return frames
    }
    // As slowly as a machine without a graphics card may draw them.
    expect(await framesIn(20_000, 11, 'no-preference')).toBeGreaterThan(10)
    // What changes is still shown as it comes: fresh usage every two seconds, an event at once.
    expect(await framesIn(2000, 100, 'reduce')).toBeLessThanOrEqual(6)
  })

  it('needs at most 400 kB of compressed script for the first page', async () => {
    await visitor.visit('about:blank', async (page) => {
      const scripts = new Map<string, number>()
      page.on('response', (response) => {
        if (response.request().resourceType() !== 'script') return
        scripts.set(response.url(), 0)
      })
      await page.goto('/')
      await page.getByRole('img', { name: /^Map of the continuum/ }).waitFor()
      await page.waitForLoadState('load')
      for (const url of scripts.keys()) {
        const answer = await fetch(url, { signal: AbortSignal.timeout(15_000) })
        scripts.set(url, gzipSync(Buffer.from(await answer.arrayBuffer())).length)
      }
      const sum = [...scripts.values()].reduce((all, each) => all + each, 0)
      expect(scripts.size).toBeGreaterThan(1)
      expect(sum, [...scripts].map(([url, bytes]) => `${bytes} ${url}`).join('\n')).toBeLessThanOrEqual(
        scriptBytesMax,
      )
      console.log(`the first page needs ${Math.round(sum / 1000)} kB of compressed script`)
    })
  })
})

/** In the page: how often the moons are drawn within that time, or until that is enough. */
async function framesCount({ ms, enough }: { ms: number; enough: number }): Promise<number> {
  let drawn = 0
  const ink = CanvasRenderingContext2D.prototype
  const put = ink.putImageData
  ink.putImageData = function counted(this: CanvasRenderingContext2D, ...given: unknown[]) {
    drawn += 1
    Reflect.apply(put, this, given)
  }
  for (const end = performance.now() + ms; performance.now() < end && drawn < enough;)
    await new Promise((resolve) => {
      setTimeout(resolve, Math.min(100, end - performance.now()))
    })
  ink.putImageData = put
  return drawn
}
