/** Changes from outside, as they are given and as they are looked up. */
import type { Demand } from '@orrery/api/quantity.ts'
import { type Ask, askKey } from './tasks.ts'

/**
 * `node` is an index of the inventory, `task` a name. A node that `fail`s loses its tasks; one that `drain`s takes
 * nothing new and moves its tasks away, until it is `open` again.
 */
export type Change = { atSeconds: number } & (
  | { kind: 'fail' | 'recover' | 'open'; node: number }
  | { kind: 'drain'; node: number; movesAtOnce: number }
  | { kind: 'resize'; task: string; demand: Demand }
)

/** The same with indexes of the task and of what it will ask for. */
export type KnownChange =
  | Exclude<Change, { kind: 'resize' }>
  | { atSeconds: number; kind: 'resize'; task: number; ask: number }

/** In order of time, with what resized tasks will ask for beside the asks that are there. */
export function changesKnow(
  changes: readonly Change[],
  known: readonly Ask[],
  askOf: Int32Array,
  nameOf: (task: number) => string,
): { changes: KnownChange[]; asks: readonly Ask[] } {
  const sorted = changes.toSorted((a, b) => a.atSeconds - b.atSeconds)
  const wanted = new Map<string, number>()
  for (const change of sorted) if (change.kind === 'resize') wanted.set(change.task, -1)
  if (wanted.size > 0) {
    for (let task = 0; task < askOf.length; task += 1) {
      if (wanted.get(nameOf(task)) === -1) wanted.set(nameOf(task), task)
    }
  }
  const asks = known.slice()
  const keys = new Map(wanted.size === 0 ? [] : asks.map((ask, at) => [askKey(ask), at]))
  return {
    asks,
    changes: sorted.map((change) => {
      if (change.kind !== 'resize') return change
      const { atSeconds, kind, demand } = change
      const task = wanted.get(change.task) ?? -1
      if (task < 0) throw new Error(`there is no task ${change.task} to resize`)
      const constraints = known[askOf[task] ?? -1]?.constraints
      const asked = constraints === undefined ? { demand } : { demand, constraints }
      const at = keys.get(askKey(asked)) ?? asks.push(asked) - 1
      keys.set(askKey(asked), at)
      return { atSeconds, kind, task, ask: at }
    }),
  }
}
