/** The thread of the browser in which the planner answers, so that typing goes on meanwhile. */
import type { DemandInput } from '@orrery/api/quantity.ts'
import {
  type QuickInventory,
  type QuickMove,
  type QuickPlace,
  type QuickPolicy,
  quickFailure,
  quickPlaces,
} from './quick.ts'

export type QuickQuestion =
  | { kind: 'places'; demand: DemandInput; policies: readonly QuickPolicy[] }
  | { kind: 'failure'; nodeId: string; policy: QuickPolicy }
/** The inventory is sent once, and kept for later questions. */
export type QuickMessage = { inventory: QuickInventory | null; question: QuickQuestion }
export type QuickAnswer =
  | { kind: 'places'; places: QuickPlace[]; tookMs: number }
  | { kind: 'failure'; moves: QuickMove[]; tookMs: number }
  | { kind: 'fault'; message: string }

let inventory: QuickInventory = { sites: [], nodes: [], workloads: [] }

globalThis.onmessage = ({ data }: MessageEvent<QuickMessage>) => {
  inventory = data.inventory ?? inventory
  try {
    globalThis.postMessage(answer(data.question))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    globalThis.postMessage({ kind: 'fault', message } satisfies QuickAnswer)
  }
}

function answer(question: QuickQuestion): QuickAnswer {
  const began = performance.now()
  switch (question.kind) {
    case 'places': {
      const places = quickPlaces(inventory, question.demand, question.policies)
      return { kind: 'places', places, tookMs: performance.now() - began }
    }
    case 'failure': {
      const moves = quickFailure(inventory, question.nodeId, question.policy)
      return { kind: 'failure', moves, tookMs: performance.now() - began }
    }
  }
}
