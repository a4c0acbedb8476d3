import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Policy, PolicyUpdate } from '@orrery/api/policy.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { policyFind, policyItem } from '../../db/policy.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { record, transaction } from '../transaction.ts'
import { policyRetire } from './create.ts'

/** Changes a policy. The active one gives way only to another: make that one active instead. */
export async function policyUpdate(ctx: Ctx, ref: string, input: PolicyUpdate): Promise<Policy> {
  requireRole(ctx, 'admin')
  const policy = await transaction(ctx, async (tx) => {
    await sql`lock table policy in share row exclusive mode`.execute(tx)
    const row = found(await policyFind(tx, ref), 'policy', ref)
    const before = policyItem(row)
    if (before.active && input.active === false) {
      throw new OrreryError(
        'conflict',
        `Policy '${before.name}' is the active one. Make another policy active instead.`,
      )
    }
    // Weights and network belong to an algorithm: a change of algorithm alone starts without any.
    const weights = input.weights ?? (input.algorithm === undefined ? before.weights : {})
    const network = input.network ?? (input.algorithm === undefined ? row.network : null)
    policyResolve({ algorithm: input.algorithm ?? before.algorithm, weights, network })
    if (input.active === true && !before.active) await policyRetire(tx)
    await tx
      .updateTable('policy')
      .set({
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.algorithm === undefined ? {} : { algorithm: input.algorithm }),
        ...(input.mode === undefined ? {} : { mode: input.mode }),
        ...(input.seed === undefined ? {} : { seed: input.seed }),
        ...(input.active === undefined ? {} : { active: input.active }),
        weights: JSON.stringify(weights),
        network: network === null ? null : JSON.stringify(network),
        changed_at: sql`clock_timestamp()`,
        version: sql`version + 1`,
      })
      .where('id', '=', before.id)
      .execute()
    const after = policyItem(found(await policyFind(tx, before.id), 'policy', ref))
    await record(tx, ctx, 'policy.update', {
      subject: { kind: 'policy', id: after.id, name: after.name },
      before,
      after,
    })
    return after
  })
  ctx.feedNudge()
  if (policy.active) ctx.nudge('plan')
  return policy
}
