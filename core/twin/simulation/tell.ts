/** What happens in a simulation, one by one, for whoever wants to be told. */
import type { Simulation } from './state.ts'

export type ToldWhat =
  | 'arrives'
  | 'placed'
  | 'waits'
  | 'rejected'
  | 'finished'
  | 'lost'
  | 'node fails'
  | 'node recovers'
  | 'node drains'
  | 'node is drained'
  | 'node is open again'
  | 'node sleeps'
  | 'node wakes'
  | 'moves'
  | 'moved'
  | 'move given up'
  | 'resized'
  | 'resize refused'

/** `task` and `node` are -1 where there is none; `node` is where to. */
export type Told = { atSeconds: number; what: ToldWhat; task: number; node: number }

export function tell({ listener, nowSeconds }: Simulation, what: ToldWhat, task: number, node: number): void {
  if (listener !== null) listener({ atSeconds: nowSeconds, what, task, node })
}
