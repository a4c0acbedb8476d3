/** What a run of a scenario is asked for: the scenario is read by a thread of the twin, for a page of YAML may ask for much. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { RunCreate } from '@orrery/api/run.ts'
import type { RunScenario } from '@orrery/api/run-source.ts'
import type { ScenarioChecked } from '../../twin/job.ts'
import type { Ctx } from '../context.ts'
import { type RunAsked, runPolicies } from './policies.ts'

const timeoutMs = 15_000
const queueMs = 15_000

/** Throws `invalid` with the line of what is wrong. Policies and the seed are the scenario's own unless they are given. */
export async function scenarioAsked(
  ctx: Ctx,
  input: RunCreate,
  { text, files }: RunScenario,
): Promise<RunAsked> {
  ownAssert(input)
  const scenario: RunScenario = files === undefined ? { text } : { text, files }
  const { name, policies, seed, horizonSeconds, unplaced } = await scenarioChecked(ctx, scenario)
  return {
    source: { kind: 'scenario', name },
    scenario,
    policies: await runPolicies(ctx, input.policies ?? policies.map((policy) => policy.name), policies),
    seeds: [...new Set(input.seeds ?? [seed])],
    horizonSeconds,
    unplaced,
    anew: false,
    optimise: null,
  }
}

const says = {
  horizonSeconds: 'A scenario says its own `horizon`; write it there.',
  unplaced: 'A scenario says itself what is `unplaced`; write it there.',
  anew: 'In a scenario nothing stands when it begins; leave `anew` out.',
  optimise: 'In a scenario nothing stands when it begins; leave `optimise` out.',
} as const

function ownAssert(input: RunCreate): void {
  for (const key of ['horizonSeconds', 'unplaced', 'anew', 'optimise'] as const)
    if (input[key] !== undefined && input[key] !== false)
      throw new OrreryError('invalid', says[key], { pointer: `/${key}` })
}

async function scenarioChecked(ctx: Ctx, scenario: RunScenario): Promise<ScenarioChecked> {
  let checked: ScenarioChecked | null = null
  try {
    await ctx.twin.run(
      { kind: 'check', scenario },
      {
        timeoutMs,
        queueMs,
        onAnswer: (answer) => {
          if (answer.kind === 'checked') ({ checked } = answer)
        },
      },
    )
  } catch (error) {
    if (!(error instanceof OrreryError) || error.code !== 'invalid') throw error
    throw new OrreryError('invalid', error.message, { pointer: '/source/text', cause: error })
  }
  if (checked === null) throw new Error('a scenario was checked, and nothing was told of it')
  return checked
}
