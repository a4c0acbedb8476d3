import { OrreryError } from '@orrery/api/errors.ts'
import type { Run, RunChoice, RunDetail } from '@orrery/api/run.ts'
import { figuresCompare } from '@orrery/core/twin/simulation/compare.ts'
import type { Handle } from '../../db/database.ts'
import { type RunRow, runFind, runItem, runScenarioFind } from '../../db/run.ts'
import { runResultFind, runResults } from '../../db/run-result.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'

export async function runView(ctx: Ctx, ref: string): Promise<Run> {
  requireRole(ctx, 'viewer')
  return runWhole(ctx.database.db, ref)
}

/** A run with its results, side by side, or `not_found`. */
export async function runWhole(handle: Handle, ref: string): Promise<Run> {
  const run = runItem(found(await runFind(handle, ref), 'run', ref))
  const results = await runResults(handle, run.id)
  const measures = figuresCompare(results)
    .map(({ measure, values }) => ({ ...measure, values }))
    // What was not modelled has no row.
    .filter(({ values }) => values.some(({ mean }) => mean !== null))
  const scenario = run.source.kind === 'scenario' ? await runScenarioFind(handle, run.id) : null
  return { ...run, scenario, results, measures: results.length === 0 ? [] : measures }
}

export async function runResult(ctx: Ctx, ref: string, choice: RunChoice): Promise<RunDetail> {
  requireRole(ctx, 'viewer')
  const run = found(await runFind(ctx.database.db, ref), 'run', ref)
  return resultChosen(ctx, run, choice)
}

export async function resultChosen(ctx: Ctx, run: RunRow, choice: RunChoice): Promise<RunDetail> {
  const result = await runResultFind(ctx.database.db, run.id, choice)
  if (result !== null) return result
  const has = `It has the policies ${run.policies.map(({ name }) => name).join(', ')} under the seeds ${run.seeds.join(', ')}`
  throw new OrreryError(
    'not_found',
    `Run '${run.name}' has no such result. ${has}${run.state === 'succeeded' ? '' : `, and is ${run.state}`}.`,
  )
}
