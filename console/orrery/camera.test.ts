import { expect, it } from 'vitest'
import { cameraFit, cameraZoom, toWorld } from './camera.ts'
import { layoutOf } from './layout.ts'

const sites = Array.from({ length: 6 }, (_, index) => ({
  name: `s${index}`,
  kind: 'edge' as const,
  latencyMs: index * 9,
}))
const layout = layoutOf(sites, { site: [0, 1, 2, 3], cpuCores: [4, 4, 4, 4] }, 0.6)

it('shows the whole continuum', () => {
  const camera = cameraFit(layout, 800, 500)
  const { left, right, top, bottom } = layout.bounds
  expect(left * camera.scale + camera.x).toBeGreaterThan(0)
  expect(right * camera.scale + camera.x).toBeLessThan(800)
  expect(top * camera.scale + camera.y).toBeGreaterThan(0)
  expect(bottom * camera.scale + camera.y).toBeLessThan(500)
})

it('keeps the point under the pointer while it zooms', () => {
  const fit = cameraFit(layout, 800, 500)
  const near = cameraZoom(fit, 2, 300, 200, fit)
  expect(toWorld(near, 300, 200).x).toBeCloseTo(toWorld(fit, 300, 200).x)
  expect(toWorld(near, 300, 200).y).toBeCloseTo(toWorld(fit, 300, 200).y)
})

it('does not zoom out of sight', () => {
  const fit = cameraFit(layout, 800, 500)
  expect(cameraZoom(fit, 1e-9, 0, 0, fit).scale).toBeCloseTo(fit.scale * 0.8)
  expect(cameraZoom(fit, 1e9, 0, 0, fit).scale).toBeLessThanOrEqual(14)
})
