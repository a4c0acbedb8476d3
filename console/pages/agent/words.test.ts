import { expect, test } from 'vitest'
import type { AgentTurn } from '@orrery/api/agent.ts'
import { agreement, agreementWords } from './words.ts'

const turn = (nodeName: string | null, policyNodeName: string | null) =>
  ({ nodeName, policyNodeName }) as AgentTurn

test('answers are compared with the policy where both named a node', () => {
  const turns = [turn('a', 'a'), turn('a', 'b'), turn(null, 'b'), turn('c', null)]
  expect(agreement(turns)).toEqual({ same: 1, of: 2 })
  expect(agreementWords(turns)).toBe('It named the node of the active policy in 1 of its last 2 answers.')
  expect(agreementWords(turns.slice(2))).toBe(
    'No answer of its own can be compared with the active policy yet.',
  )
})
