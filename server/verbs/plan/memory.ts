/**
 * What the plan loop remembers between its rounds, so that workloads that cannot be placed cost nothing until something
 * changes that could help them. Losing it (a restart, another owner) costs one round of deciding and writes nothing.
 */
import type { PlacementDecision } from '@orrery/core/planner/decide.ts'

type Known = {
  asks: string
  /** of the policy and its version */
  policy: string
  revision: number
  causes: string
  /** the sentence of the last decision is not the one that is stored */
  stale: boolean
  writtenMs: number
}

/** A sentence whose numbers alone changed is stored this often at most. */
const rewriteEveryMs = 30_000

export type PlanMemory = {
  /** Whether nothing changed since this workload was refused. */
  skips(id: string, now: { asks: string; policy: string; revision: number; ms: number }): boolean
  /** Remembers a refusal; true when its sentence is to be stored. */
  refused(
    decision: PlacementDecision,
    now: { asks: string; policy: string; revision: number; ms: number },
  ): boolean
  /** Remembers that this revision brings nothing new for a workload, whose sentence was stored elsewhere. */
  held(id: string, now: { asks: string; policy: string; revision: number; ms: number }): void
  /** At which revision a refused plan was first seen. */
  refusedPlan(planId: string, revision: number): number
  /** Forgets what is not waiting any more. */
  keep(workloads: { has(id: string): boolean }, planIds: ReadonlySet<string>): void
}

export function planMemoryCreate(): PlanMemory {
  const known = new Map<string, Known>()
  const plans = new Map<string, number>()
  return {
    skips(id, now) {
      const had = known.get(id)
      if (had === undefined || had.asks !== now.asks || had.policy !== now.policy) return false
      return had.revision === now.revision && !(had.stale && now.ms - had.writtenMs >= rewriteEveryMs)
    },
    refused(decision, now) {
      const had = known.get(decision.workloadId)
      const causes = decision.filters.map(({ filter }) => filter).join(' ')
      const write =
        had === undefined ||
        had.asks !== now.asks ||
        had.causes !== causes ||
        now.ms - had.writtenMs >= rewriteEveryMs
      known.set(decision.workloadId, {
        asks: now.asks,
        policy: now.policy,
        revision: now.revision,
        causes,
        stale: !write,
        writtenMs: write ? now.ms : (had?.writtenMs ?? now.ms),
      })
      return write
    },
    held(id, now) {
      known.set(id, { ...now, causes: '', stale: false, writtenMs: now.ms })
    },
    refusedPlan(planId, revision) {
      const first = plans.get(planId) ?? revision
      plans.set(planId, first)
      return first
    },
    keep(workloads, planIds) {
      for (const id of known.keys()) if (!workloads.has(id)) known.delete(id)
      for (const id of plans.keys()) if (!planIds.has(id)) plans.delete(id)
    },
  }
}
