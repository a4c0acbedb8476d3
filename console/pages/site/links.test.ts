import { expect, it } from 'vitest'
import { linkFigures, linksShort, siteLinks } from './links.ts'

const to = (name: string, latencyMs: number) => ({ to: name, latencyMs, bandwidthMbps: 100 })
const core = { name: 'core', links: [to('a', 5), to('b', 7)] }
const a = { name: 'a', links: [to('core', 6), to('c', 1)] }
const b = { name: 'b', links: [] }
const c = { name: 'c', links: [to('a', 1)] }
const all = [core, a, b, c]

it('shows a link at both its ends', () => {
  expect(linksShort(core, all)).toBe('a 5 ms, b 7 ms')
  expect(linksShort(b, all)).toBe('core 7 ms')
  expect(linksShort({ name: 'd', links: [] }, all)).toBe('')
})

it('says the way back only where it is another', () => {
  expect(siteLinks(a, all).map(linkFigures)).toEqual([
    '6 ms, 100 Mbit/s; back 5 ms, 100 Mbit/s',
    '1 ms, 100 Mbit/s',
  ])
  expect(siteLinks(b, all).map(linkFigures)).toEqual(['7 ms, 100 Mbit/s'])
})
