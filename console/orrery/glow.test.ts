import { expect, it } from 'vitest'
import { glowOf } from './glow.ts'
import { syntheticInventory } from './synthetic.ts'

const inventory = syntheticInventory(200)

it('lets everything glow without a filter, and with one that cannot be read', () => {
  expect(glowOf(inventory, '').count).toBe(200)
  const wrong = glowOf(inventory, 'cpu>fast')
  expect(wrong.count).toBe(200)
  expect(wrong.wrong).toContain('is not a quantity')
})

it('lets glow what the filter means', () => {
  const glow = glowOf(inventory, 'state:ready cpu>50%')
  expect(glow.count).toBeGreaterThan(0)
  expect(glow.count).toBeLessThan(200)
  inventory.nodes.state.forEach((state, node) => {
    const used = inventory.nodes.cpuCoresUsed[node] ?? null
    const expected = state === 'ready' && used !== null && used / (inventory.nodes.cpuCores[node] ?? 1) > 0.5
    expect(glow.lit[node]).toBe(expected ? 1 : 0)
  })
})

it('finds words in names and sites', () => {
  expect(glowOf(inventory, inventory.nodes.name[7] ?? '').count).toBeGreaterThanOrEqual(1)
})

it('says which fields it knows when it is asked for another', () => {
  expect(glowOf(inventory, 'moons>3').wrong).toContain('the map does not know "moons"')
})
