/** The thread of the browser in which the planner answers, so that typing goes on meanwhile. */
import type { DemandInput } from '@orrery/api/quantity.ts'
import { type QuickInventory, type QuickPlace, type QuickPolicy, quickPlaces } from './quick.ts'

/** The inventory is sent once, and kept for later questions. */
export type QuickQuestion = {
  inventory: QuickInventory | null
  demand: DemandInput
  policies: readonly QuickPolicy[]
}
export type QuickAnswer = { places: QuickPlace[]; tookMs: number; fault: null } | { fault: string }

let inventory: QuickInventory = { sites: [], nodes: [], workloads: [] }

globalThis.onmessage = ({ data }: MessageEvent<QuickQuestion>) => {
  const began = performance.now()
  inventory = data.inventory ?? inventory
  try {
    const places = quickPlaces(inventory, data.demand, data.policies)
    answer({ places, tookMs: performance.now() - began, fault: null })
  } catch (error) {
    answer({ fault: error instanceof Error ? error.message : String(error) })
  }
}

function answer(given: QuickAnswer): void {
  globalThis.postMessage(given)
}
