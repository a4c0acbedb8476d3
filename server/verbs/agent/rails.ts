/** The rails of an agent, asked in order; the first that stops an answer says why. */
import type { AgentRail, AgentRails } from '@orrery/api/agent.ts'
import type { PlannerInventory } from '@orrery/core/inventory/model.ts'
import type { PlacementDecision } from '@orrery/core/planner/decide.ts'
import { filters } from '@orrery/core/planner/filters.ts'
import type { MirrorWorkload } from '../../db/mirror/rows.ts'

export const railsUsual: AgentRails = {
  sites: [],
  riskLevelMax: 10,
  protectedLabels: { 'orrery/protected': 'true' },
  placesPerMinute: 60,
  refusalsMost: 5,
  silenceSeconds: 30,
  waitsMost: 10,
  holdSecondsMost: 300,
}

export type Stopped = { rail: AgentRail; reason: string }

/** Whether a workload is an agent's business at all. */
export function railsOfWorkload(
  rails: AgentRails,
  workload: Pick<MirrorWorkload, 'name' | 'labels' | 'constraints'>,
): Stopped | null {
  const label = Object.entries(rails.protectedLabels).find(([key, value]) => workload.labels[key] === value)
  if (label !== undefined)
    return {
      rail: 'protected',
      reason: `Workload '${workload.name}' is protected by its label ${label.join('=')}.`,
    }
  const level = workload.constraints.riskLevel ?? 0
  if (level > rails.riskLevelMax)
    return {
      rail: 'riskLevel',
      reason: `Workload '${workload.name}' has risk level ${level}; the agent may touch up to ${rails.riskLevelMax}.`,
    }
  return null
}

export function railOfSite(rails: AgentRails, inventory: PlannerInventory, node: number): Stopped | null {
  if (rails.sites.length === 0) return null
  const site = inventory.sites[inventory.nodes.site[node] ?? -1]?.name ?? ''
  if (rails.sites.includes(site)) return null
  return {
    rail: 'site',
    reason: `Node '${inventory.names[node]}' is at site '${site}'; the agent may place at ${rails.sites.join(', ')}.`,
  }
}

export function railOfRate(rails: AgentRails, placesLately: number): Stopped | null {
  if (placesLately < rails.placesPerMinute) return null
  return {
    rail: 'rate',
    reason: `The agent placed ${placesLately} workloads within a minute, which is all it may.`,
  }
}

/** What the planner has against the node that was answered; room or another constraint. */
export function railOfDecision(decision: PlacementDecision): Stopped | null {
  if (decision.nodeIndex !== null) return null
  // Nodes that were not named fail the filter of that name; what the named one failed is another.
  const failed = decision.filters.find(({ filter }) => filter !== 'node')?.filter
  const isRoom = filters.find(({ name }) => name === failed)?.room === true
  return { rail: isRoom ? 'capacity' : 'constraint', reason: decision.message }
}
