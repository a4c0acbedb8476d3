import { AgentRails } from '@orrery/api/agent.ts'
import { labelsText } from '../../actions/label-fields.tsx'
import { count } from '../../words/quantity.ts'
import { span } from '../../words/time.ts'

const titles = {
  riskLevelMax: 'Highest risk level',
  placesPerMinute: 'Placements a minute',
  refusalsMost: 'Refused in a row until it is fenced',
  silenceSeconds: 'Seconds of silence until it is fenced',
  waitsMost: 'Times that one workload may be let wait',
  holdSecondsMost: 'Seconds that one workload may be held',
} as const
export type NumericRail = keyof typeof titles

/** Those that are one number, with the bounds of their schema. */
export const numericRails = (Object.keys(titles) as NumericRail[]).map((key) => {
  // The schema has its bounds; the type of a schema does not tell of them.
  const schema: { type: string; minimum?: number; maximum?: number } = AgentRails.properties[key]
  const { minimum = -Infinity, maximum = Infinity } = schema
  return { key, title: titles[key], minimum, maximum }
})

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
