/** The environments there are, each with its scenarios as data. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { TSchema } from 'typebox'
import { schemaFault } from '../../schema-fault.ts'
import type { Outputs, Rules, Spaces } from './model.ts'
import { outputBytes, outputsCreate } from './outputs.ts'
import { PlacementConfig, workCheck } from './placement/config.ts'
import { placementRules } from './placement/placement.ts'
import { placementSpaces } from './placement/spaces.ts'
import { placementBytes } from './placement/state.ts'
import { RebalanceConfig } from './rebalance/config.ts'
import { rebalanceRules } from './rebalance/rebalance.ts'
import { rebalanceSpaces } from './rebalance/spaces.ts'
import { rebalanceBytes } from './rebalance/state.ts'
import { ScaleConfig } from './scale/config.ts'
import { scaleRules } from './scale/scale.ts'
import { scaleSpaces } from './scale/spaces.ts'
import { scaleBytes } from './scale/scale.ts'
import { placementScenarios, rebalanceScenarios, scaleScenarios } from './scenarios.ts'
import { type Autoreset, type EnvironmentVector, vectorOf } from './vector.ts'

export const environmentNames = ['placement', 'rebalance', 'scale'] as const
export type EnvironmentName = (typeof environmentNames)[number]

/** What is asked for: a scenario, and what is to be different in it. */
export type EnvironmentChoice = {
  environment: EnvironmentName
  scenario?: string
  overrides?: Readonly<Record<string, unknown>>
}

/** An environment that is described and checked, and not made yet. */
export type EnvironmentPlan = {
  name: EnvironmentName
  scenario: string
  config: object
  spaces: Spaces
  /** of `count` environments, their outputs included, near enough for a limit */
  bytes(count: number): number
  rules(outputs: Outputs): Rules
}

/** Throws `invalid` and `not_found` with what is wrong. */
export function environmentPlan({ environment, scenario, overrides }: EnvironmentChoice): EnvironmentPlan {
  switch (environment) {
    case 'placement': {
      const [name, config] = configOf(environment, placementScenarios, PlacementConfig, scenario, overrides)
      workCheck(config.work)
      const spaces = placementSpaces(config)
      return plan(environment, name, config, spaces, placementBytes(config), (outputs) =>
        placementRules(config, spaces, outputs),
      )
    }
    case 'rebalance': {
      const [name, config] = configOf(environment, rebalanceScenarios, RebalanceConfig, scenario, overrides)
      workCheck(config.work)
      const spaces = rebalanceSpaces(config)
      return plan(environment, name, config, spaces, rebalanceBytes(config), (outputs) =>
        rebalanceRules(config, spaces, outputs),
      )
    }
    case 'scale': {
      const [name, config] = configOf(environment, scaleScenarios, ScaleConfig, scenario, overrides)
      if (config.sizeLeast > config.sizeMost) {
        throw new OrreryError(
          'invalid',
          `the pool is at least ${config.sizeLeast} and at most ${config.sizeMost}`,
        )
      }
      const spaces = scaleSpaces(config)
      return plan(environment, name, config, spaces, scaleBytes(config), (outputs) =>
        scaleRules(config, spaces, outputs),
      )
    }
  }
}

/** Environments that were planned, none of them begun. */
export function environmentsCreate(
  made: EnvironmentPlan,
  count: number,
  autoreset: Autoreset,
  prefixBytes = 0,
): EnvironmentVector {
  const outputs = outputsCreate(made.spaces, count, prefixBytes)
  return vectorOf(made.rules(outputs), outputs, autoreset)
}

function plan(
  name: EnvironmentName,
  scenario: string,
  config: object,
  spaces: Spaces,
  bytesEach: number,
  rules: (outputs: Outputs) => Rules,
): EnvironmentPlan {
  return {
    name,
    scenario,
    config,
    spaces,
    bytes: (count) => count * bytesEach + outputBytes(spaces, count),
    rules,
  }
}

function configOf<Config extends object>(
  environment: EnvironmentName,
  scenarios: Readonly<Record<string, Config>>,
  schema: TSchema,
  scenario = Object.keys(scenarios)[0] ?? '',
  overrides: Readonly<Record<string, unknown>> = {},
): [string, Config] {
  const base = Object.hasOwn(scenarios, scenario) ? scenarios[scenario] : undefined
  if (base === undefined) {
    throw new OrreryError(
      'not_found',
      `${environment} has no scenario "${scenario}"; there are ${Object.keys(scenarios).join(', ')}`,
    )
  }
  const config: unknown = { ...base, ...overrides }
  const fault = schemaFault(schema, config)
  if (fault !== null) throw new OrreryError('invalid', `${environment}: ${fault}`)
  return [scenario, config as Config] // by the schema
}
