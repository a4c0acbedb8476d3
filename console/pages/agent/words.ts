import type { Agent, AgentTurn } from '@orrery/api/agent.ts'
import { count } from '../../words/quantity.ts'

export const modeWords: Record<Agent['mode'], string> = {
  shadow: 'its answers are recorded only',
  approve: 'a person confirms each of its answers',
  act: 'its answers are carried out at once',
}

/** Of the answers that named a node, while the active policy had one too: how many named the same. */
export function agreement(turns: readonly AgentTurn[]): { same: number; of: number } {
  const both = turns.filter((turn) => turn.nodeName !== null && turn.policyNodeName !== null)
  return { same: both.filter((turn) => turn.nodeName === turn.policyNodeName).length, of: both.length }
}

export function agreementWords(turns: readonly AgentTurn[]): string {
  const { same, of } = agreement(turns)
  if (of === 0) return 'No answer of its own can be compared with the active policy yet.'
  return `It named the node of the active policy in ${same} of its last ${count(of, 'answer')}.`
}

/** How it is heard: it asks us, or we ask it. */
export function wayWords({ url }: Pick<Agent, 'url'>): string {
  return url === null ? 'it asks Orrery' : `asked at ${url}`
}
