import { OrreryError } from '@orrery/api/errors.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { policyFind } from '../../db/policy.ts'
import type { RunInsert } from '../../db/run.ts'
import type { RunPolicy } from '../../db/run-result.ts'
import type { Ctx } from '../context.ts'

/** What a run is of, whatever it is called and whoever asked. */
export type RunAsked = Omit<RunInsert, 'id' | 'name' | 'operationId' | 'actorName'>

/** A scenario's own policy before a stored one's name, and that before an algorithm's; each once. */
export async function runPolicies(
  ctx: Ctx,
  names: readonly string[],
  own: readonly RunPolicy[] = [],
): Promise<RunPolicy[]> {
  const policies: RunPolicy[] = []
  for (const [at, name] of [...new Set(names)].entries()) {
    const policy = own.find((each) => each.name === name) ?? (await policyStored(ctx, name))
    try {
      policyResolve(policy)
    } catch (error) {
      if (!(error instanceof OrreryError)) throw error
      throw new OrreryError('invalid', `Policy '${name}': ${error.message}`, {
        pointer: `/policies/${at}`,
        cause: error,
      })
    }
    // Its name and its id mean the same one.
    if (policies.every((other) => other.name !== policy.name)) policies.push(policy)
  }
  return policies
}

async function policyStored(ctx: Ctx, name: string): Promise<RunPolicy> {
  const row = await policyFind(ctx.database.db, name)
  return row === null
    ? { name, algorithm: name, weights: {} }
    : { name: row.name, algorithm: row.algorithm, weights: row.weights, network: row.network }
}
