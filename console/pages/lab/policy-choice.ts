/** The policies that a run can be given: the stored ones by their names, then the algorithms as they are. */
import type { Policy } from '@orrery/api/policy.ts'
import { isComposition } from '@orrery/core/policy/compose.ts'
import { policies } from '@orrery/core/policy/policies.ts'

export type PolicyOption = {
  name: string
  title: string
  description: string
  active: boolean
  stored: boolean
}

/** A stored policy stands before an algorithm of the same name, as it does for the server. What else was chosen comes last. */
export function policyOptions(stored: readonly Policy[], chosen: readonly string[] = []): PolicyOption[] {
  const names = new Set(stored.map(({ name }) => name))
  return [
    ...stored.map(({ name, algorithm, active }) => {
      const known = policies.find((each) => each.name === algorithm)
      return {
        name,
        title: known?.title ?? algorithm,
        description: known?.description ?? '',
        active,
        stored: true,
      }
    }),
    ...policies
      .filter(({ name }) => !names.has(name))
      .map(({ name, title, description }) => ({ name, title, description, active: false, stored: false })),
    ...chosen
      .filter((name) => !names.has(name) && policies.every((policy) => policy.name !== name))
      .map((name) => ({
        name,
        title: isComposition(name) ? 'A sum of scores' : 'Not known here',
        description: '',
        active: false,
        stored: false,
      })),
  ]
}

/** Until somebody chooses: the policy in charge, beside one that packs or one that spreads. */
export function policiesUsual(stored: readonly Policy[]): string[] {
  const active = stored.find((each) => each.active)
  const other = ['best-fit', 'worst-fit'].find((name) => name !== active?.algorithm && name !== active?.name)
  return [...(active === undefined ? [] : [active.name]), other ?? 'best-fit']
}
