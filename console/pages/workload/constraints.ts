import type { Constraints } from '@orrery/api/workload.ts'
import { percent } from '../../words/quantity.ts'

/** A constraint in words. What it names by ids follows the words, as links. */
export type ConstraintWords = {
  text: string
  of: { kind: 'site' | 'node'; ids: readonly string[] } | null
}

/** Each constraint as a sentence of its own. */
export function constraintWords(constraints: Constraints): ConstraintWords[] {
  const {
    siteIds,
    nodeIds,
    capabilities,
    nodeLabels,
    riskLevel,
    renewableShareMin,
    latencyMsMax,
    latencyFrom,
    antiAffinity,
  } = constraints
  const words: ConstraintWords[] = []
  const say = (text: string, of: ConstraintWords['of'] = null) => words.push({ text, of })
  if (siteIds !== undefined) say(oneOf('at', siteIds, 'site'), { kind: 'site', ids: siteIds })
  if (nodeIds !== undefined) say(oneOf('on', nodeIds, 'node'), { kind: 'node', ids: nodeIds })
  if (capabilities !== undefined && capabilities.length > 0) say(`the node offers ${capabilities.join(', ')}`)
  for (const [key, value] of Object.entries(nodeLabels ?? {})) say(`the node is labelled ${key}=${value}`)
  if (riskLevel !== undefined) say(`the site allows risk level ${riskLevel}`)
  if (renewableShareMin !== undefined) say(`at least ${percent(renewableShareMin)} renewable power`)
  if (latencyMsMax !== undefined && latencyFrom === undefined) say(`within ${latencyMsMax} ms`)
  if (latencyMsMax !== undefined && latencyFrom !== undefined)
    say(`within ${latencyMsMax} ms of`, { kind: 'site', ids: [latencyFrom] })
  if (antiAffinity !== undefined) say(`not beside another of the group ${antiAffinity}`)
  return words
}

function oneOf(where: string, ids: readonly string[], noun: string): string {
  if (ids.length === 0) return `${where} no ${noun} at all`
  return ids.length === 1 ? where : `${where} one of`
}
