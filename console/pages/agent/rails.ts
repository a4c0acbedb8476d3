import type { AgentRails } from '@orrery/api/agent.ts'
import { labelsText } from '../../actions/label-fields.tsx'
import { count } from '../../words/quantity.ts'
import { span } from '../../words/time.ts'

export type RailKey = keyof AgentRails
export type NumericRail = Exclude<RailKey, 'sites' | 'protectedLabels'>

export const numericRails: readonly { key: NumericRail; title: string; min: number; max: number }[] = [
  { key: 'riskLevelMax', title: 'Highest risk level', min: 0, max: 10 },
  { key: 'placesPerMinute', title: 'Placements a minute', min: 1, max: 10_000 },
  { key: 'refusalsMost', title: 'Refused in a row until it is fenced', min: 1, max: 1000 },
  { key: 'silenceSeconds', title: 'Seconds of silence until it is fenced', min: 1, max: 3600 },
  { key: 'waitsMost', title: 'Times that one workload may be let wait', min: 1, max: 1000 },
  { key: 'holdSecondsMost', title: 'Seconds that one workload may be held', min: 1, max: 86_400 },
]

/** The rails as sentences, in the order in which they are asked. */
export function railFacts(rails: AgentRails): { what: string; says: string }[] {
  const labels = labelsText(rails.protectedLabels).replaceAll('\n', ', ')
  return [
    { what: 'Protected', says: labels === '' ? 'no workload by its labels' : `workloads with ${labels}` },
    { what: 'Risk level', says: `${rails.riskLevelMax} at most` },
    { what: 'Sites', says: rails.sites.length === 0 ? 'anywhere' : rails.sites.join(', ') },
    { what: 'Rate', says: `${count(rails.placesPerMinute, 'placement')} a minute` },
    { what: 'Refused', says: `fenced after ${rails.refusalsMost} in a row` },
    { what: 'Silence', says: `fenced after ${span(rails.silenceSeconds)}` },
    {
      what: 'Waiting',
      says: `to the policy after ${count(rails.waitsMost, 'time')}, or ${span(rails.holdSecondsMost)}`,
    },
  ]
}
