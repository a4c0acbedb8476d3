/**
 * Reads a scenario file. Whatever is wrong with it is refused with the line it stands on and what would be right; what
 * comes out can be simulated. Files that it names are handed in, for core reads none.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { ScenarioHead } from '@orrery/api/scenario.ts'
import { moveRatesUsual } from '../../planner/reoptimise/cost.ts'
import { policyResolve } from '../../policy/policies.ts'
import type { TraceFile } from '../../trace/csv.ts'
import { durationShow } from '../../quantity.ts'
import { type Usages, usagesRead } from './curves.ts'
import type { NamedPolicy, Scenario } from './model.ts'
import { placesRead } from './nodes.ts'
import { type Reading, checked } from './reading.ts'
import { reoptimiseRead } from './reoptimise.ts'
import { type Parameters, parametersSet } from './sweep.ts'
import { type Work, workRead } from './work.ts'
import { secondsOf } from './words.ts'
import { type Yaml, yamlRead } from './yaml.ts'

export type ScenarioSource = { yaml: Yaml; head: ScenarioHead }
export type WrittenPolicy = { name: string; algorithm: string; weights: Record<string, number> }

const policiesUsual = ['best-fit']

/** The first look: its shape, without the files that it names. */
export function scenarioOpen(file: TraceFile): ScenarioSource {
  const yaml = yamlRead(file)
  return { yaml, head: checked<ScenarioHead>(yaml.refuse, ScenarioHead, yaml.value) }
}

/** Names of the files that it takes tasks and usage from, relative to its own. */
export function scenarioFiles({ head }: ScenarioSource): string[] {
  const names = [
    ...(head.arrivals ?? []).map((arrival) => field(arrival, 'trace')),
    ...Object.values(head.usage ?? {}).map((usage) => field(usage, 'series')),
  ]
  return [...new Set(names.filter((name) => typeof name === 'string'))]
}

/** With some of its values replaced, as a sweep does. `files` are those of `scenarioFiles`. */
export function scenarioRead(
  { yaml }: ScenarioSource,
  files: readonly TraceFile[] = [],
  parameters: Parameters = {},
): Scenario {
  const value = parametersSet(yaml, yaml.value, parameters)
  const refuse: Yaml['refuse'] = (path, message) => {
    // What a sweep put there stands under `sweep`.
    const swept = Object.keys(parameters).find((key) => key.split('.').at(-1) === String(path.at(-1)))
    return yaml.refuse(swept === undefined ? path : ['sweep', swept], message)
  }
  const head = checked<ScenarioHead>(refuse, ScenarioHead, value)
  const horizonSeconds = secondsOf(head.horizon)
  if (horizonSeconds <= 0) refuse(['horizon'], 'the horizon must be longer than nothing, as 1h')
  const reading: Reading = {
    horizonSeconds,
    refuse,
    fileOf(path, name) {
      return files.find((each) => each.name === name) ?? refuse(path, `the file ${name} is not there`)
    },
  }
  const startSeconds = secondsOf(head.startUp ?? 0)
  if (startSeconds > horizonSeconds) {
    refuse(['startUp'], `nothing would start before the horizon of ${durationShow(horizonSeconds)}`)
  }
  const places = placesRead(reading, head)
  const usages = usagesRead(reading, 'cpu', head.usage)
  const memoryUsages = usagesRead(reading, 'memory', head.usage)
  const work = workRead(reading, head, places, usages, memoryUsages)
  return {
    name: head.name,
    description: head.description ?? '',
    seed: head.seed ?? 1,
    horizonSeconds,
    unplaced: head.unplaced ?? 'wait',
    startSeconds,
    moveRates: ratesRead(head.migration),
    ...places,
    usage: knowsCores(usages, memoryUsages, work) ? usages.profiles : null,
    memoryUsage: memoryUsages.profiles.length === 0 ? null : memoryUsages.profiles,
    ...work,
    reoptimise: reoptimiseRead(reading, head.reoptimise, places),
    policies: policiesRead(reading, head),
  }
}

/** Not where all that is said of usage is of memory. */
function knowsCores(usages: Usages, memoryUsages: Usages, { tasks, poisson }: Work): boolean {
  if (usages.profiles.length === 0) return false
  if (memoryUsages.profiles.length === 0) return true
  const kinds = poisson.flatMap(({ mix }) => mix.map(({ task }) => task))
  return [...tasks, ...kinds].some(({ usage }) => usage !== undefined)
}

function ratesRead({ withinSiteMbps, betweenSitesMbps, setup }: NonNullable<ScenarioHead['migration']> = {}) {
  return {
    withinSiteMbps: withinSiteMbps ?? moveRatesUsual.withinSiteMbps,
    betweenSitesMbps: betweenSitesMbps ?? moveRatesUsual.betweenSitesMbps,
    setupSeconds: setup === undefined ? moveRatesUsual.setupSeconds : secondsOf(setup),
  }
}

/** The policies of a scenario as they are written, in full. */
export function scenarioPolicies({ head }: Pick<ScenarioSource, 'head'>): WrittenPolicy[] {
  return (head.policies ?? policiesUsual).map((choice) => {
    const {
      algorithm,
      weights = {},
      name = algorithm,
    } = typeof choice === 'string' ? { algorithm: choice } : choice
    return { name, algorithm, weights }
  })
}

function policiesRead({ refuse }: Reading, head: ScenarioHead): NamedPolicy[] {
  const named = scenarioPolicies({ head }).map(({ name, algorithm, weights }, at): NamedPolicy => {
    try {
      const policy = policyResolve({ algorithm, weights })
      return { name, policy: { ...policy, name } }
    } catch (error) {
      if (!(error instanceof OrreryError)) throw error
      return refuse(['policies', at], error.message)
    }
  })
  named.forEach(({ name }, at) => {
    if (named.findIndex((each) => each.name === name) < at) {
      refuse(['policies', at], `two policies are called ${name}; give one of them another \`name\``)
    }
  })
  return named
}

/** One of the scenario's own, or any that the registry knows; throws `invalid` for others. */
export function policyNamed({ policies }: Scenario, name: string): NamedPolicy {
  const own = policies.find((each) => each.name === name)
  return own ?? { name, policy: policyResolve({ algorithm: name }) }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
