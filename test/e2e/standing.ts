/** What the tests look at: the demonstration's machines, with some workloads of ours standing on them. */
import { vi } from 'vitest'
import type { Client } from '@orrery/api/client.ts'
import type { WorkloadCreate } from '@orrery/api/workload.ts'

const gib = 1024 ** 3
const withinMs = 60_000

export const small = { cpuCores: 1, memoryBytes: gib }
/** More than any machine of the demonstration has. */
export const tooBig = { cpuCores: 500, memoryBytes: 4 * gib }

/** Waits until the machines are there, then makes these workloads and waits until they run. */
export async function standing(api: Client, names: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const { nodes } = await api.call('inventoryView', {})
      if (nodes.id.length < 50) throw new Error(`${nodes.id.length} machines are there`)
    },
    { timeout: withinMs, interval: 250 },
  )
  await Promise.all(names.map((name) => workloadMake(api, name)))
  await vi.waitFor(
    async () => {
      const { items } = await api.call('workloadList', { query: { limit: 1000, filter: 'state:running' } })
      const running = new Set(items.map((each) => each.name))
      const missing = names.filter((name) => !running.has(name))
      if (missing.length > 0) throw new Error(`not running: ${missing.join(', ')}`)
    },
    { timeout: withinMs, interval: 250 },
  )
}

export function workloadMake(api: Client, name: string, changes: Partial<WorkloadCreate> = {}) {
  return api.call('workloadCreate', { body: { name, demand: small, ...changes } })
}
