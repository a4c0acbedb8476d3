/** One colour for a policy, whatever it is drawn beside. Names are always there too: a colour is never alone. */
import { policies } from '@orrery/core/policy/policies.ts'

/** Dark enough for a label on white, and light enough for one on the dark paper: 4.5 to 1 and more. */
const inks = {
  light: [
    '#1f5fbf',
    '#b5480a',
    '#1c7a3e',
    '#8a3ab0',
    '#b01e5b',
    '#0b7480',
    '#7a6200',
    '#5b4bd6',
    '#8c3b2e',
    '#4d6a1f',
    '#a0248f',
    '#4b5d73',
    '#0a6a55',
    '#93450f',
  ],
  dark: [
    '#7fb0ff',
    '#ff9a5c',
    '#5fcf8a',
    '#cf95f0',
    '#ff8ab5',
    '#4fc8d6',
    '#d9bd3f',
    '#a9a0ff',
    '#e69a8c',
    '#a9cf6a',
    '#f08ae0',
    '#a9b8cc',
    '#6fd8bd',
    '#f0b48a',
  ],
} as const

/**
 * The colour of each policy. An algorithm has its own; a stored policy's follows from its name. Where two of the names
 * would have the same, the later one takes the next that is free.
 */
export function policyInks(names: readonly string[], scheme: 'light' | 'dark'): Map<string, string> {
  const palette = inks[scheme]
  const taken = new Set<number>()
  return new Map(
    names.map((name) => {
      let slot = slotOf(name) % palette.length
      for (let tries = 0; taken.has(slot) && tries < palette.length; tries += 1) {
        slot = (slot + 1) % palette.length
      }
      taken.add(slot)
      return [name, palette[slot] ?? palette[0]]
    }),
  )
}

function slotOf(name: string): number {
  const known = policies.findIndex((policy) => policy.name === name)
  if (known >= 0) return known
  let hash = 0
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 0x7fffffff
  return hash
}
