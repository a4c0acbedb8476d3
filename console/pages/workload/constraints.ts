import type { Constraints } from '@orrery/api/workload.ts'
import { count, percent } from '../../words/quantity.ts'

/** Each constraint as a sentence of its own. */
export function constraintWords(constraints: Constraints): string[] {
  const {
    siteIds,
    nodeIds,
    capabilities,
    nodeLabels,
    riskLevel,
    renewableShareMin,
    latencyMsMax,
    antiAffinity,
  } = constraints
  const words: string[] = []
  if (siteIds !== undefined) words.push(`at one of ${count(siteIds.length, 'site')}`)
  if (nodeIds !== undefined) words.push(`on one of ${count(nodeIds.length, 'node')}`)
  if (capabilities !== undefined && capabilities.length > 0)
    words.push(`the node offers ${capabilities.join(', ')}`)
  for (const [key, value] of Object.entries(nodeLabels ?? {}))
    words.push(`the node is labelled ${key}=${value}`)
  if (riskLevel !== undefined) words.push(`the site allows risk level ${riskLevel}`)
  if (renewableShareMin !== undefined) words.push(`at least ${percent(renewableShareMin)} renewable power`)
  if (latencyMsMax !== undefined) words.push(`within ${latencyMsMax} ms`)
  if (antiAffinity !== undefined) words.push(`not beside another of the group ${antiAffinity}`)
  return words
}
