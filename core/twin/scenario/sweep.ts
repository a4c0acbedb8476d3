/** Which runs a scenario asks for: policies by seeds by the values of its parameters. */
import type { ScenarioSource } from './read.ts'
import type { Yaml } from './yaml.ts'

/** Values by where they stand: `startUp`, `nodes.worker.count`, `arrivals.0.perHour`. */
export type Parameters = Readonly<Record<string, unknown>>

export type Combination = { policy: string; seed: number; parameters: Parameters }

const combinationsMax = 100_000

/** Parameters vary slowest, so that runs on the same scenario are neighbours. */
export function combinationsOf(
  { yaml, head }: ScenarioSource,
  policies: readonly string[],
  seeds: readonly number[],
): Combination[] {
  let all: Parameters[] = [{}]
  for (const [key, values] of Object.entries(head.sweep ?? {})) {
    all = all.flatMap((parameters) => values.map((value) => ({ ...parameters, [key]: value })))
    if (all.length * policies.length * seeds.length > combinationsMax) {
      yaml.refuse(['sweep', key], `more than ${combinationsMax} runs; sweep over fewer values`)
    }
  }
  return all.flatMap((parameters) =>
    policies.flatMap((policy) => seeds.map((seed) => ({ policy, seed, parameters }))),
  )
}

/** A copy of a scenario's value with some parts replaced. In a list an entry is found by its name or its number. */
export function parametersSet(yaml: Pick<Yaml, 'refuse'>, value: unknown, parameters: Parameters): unknown {
  if (Object.keys(parameters).length === 0) return value
  const copy = structuredClone(value)
  for (const [key, given] of Object.entries(parameters)) {
    const steps = key.split('.')
    const last = steps.pop() ?? ''
    let part: unknown = copy
    for (const step of steps) {
      const inside = partOf(part, step)
      if (inside === undefined) yaml.refuse(['sweep', key], wrong(key, step, part))
      part = inside
    }
    if (typeof part !== 'object' || part === null) yaml.refuse(['sweep', key], wrong(key, last, part))
    const target = part as Record<string, unknown>
    if (last === 'sweep' || last === '__proto__') yaml.refuse(['sweep', key], `${last} cannot be swept over`)
    target[last] = given
  }
  return copy
}

function partOf(part: unknown, step: string): unknown {
  if (!Array.isArray(part)) {
    return typeof part === 'object' && part !== null && Object.hasOwn(part, step)
      ? (part as Record<string, unknown>)[step]
      : undefined
  }
  const entries: unknown[] = part
  const named = entries.find((entry) => namesOf(entry).includes(step))
  return named ?? entries[/^[0-9]+$/.test(step) ? Number(step) : -1]
}

/** What an entry of a list is called, by whatever key says it. */
function namesOf(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { name, task, poisson, trace, arrive } = entry as Record<string, unknown>
  return [name, task, poisson, trace, arrive].filter((each) => typeof each === 'string')
}

function wrong(key: string, step: string, part: unknown): string {
  const there = Array.isArray(part) ? part.flatMap(namesOf) : Object.keys(part ?? {})
  return `${key} leads nowhere: there is no ${step}; there are ${there.join(', ')}`
}

/** The path of a combination in words, the same for the same values: what tells finished runs apart. */
export function combinationKey({ policy, seed, parameters }: Combination): string {
  const values = Object.keys(parameters)
    .toSorted()
    .map((key) => [key, parameters[key]])
  return JSON.stringify([policy, seed, values])
}
