import { sql } from 'kysely'
import type { Policy, PolicyCreate } from '@orrery/api/policy.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { idNew } from '../../db/id.ts'
import { policyFind, policyItem } from '../../db/policy.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { type Tx, record, transaction } from '../transaction.ts'

/** Creates a policy. With `active` it takes over at once: exactly one policy is active. */
export async function policyCreate(ctx: Ctx, input: PolicyCreate): Promise<Policy> {
  requireRole(ctx, 'admin')
  const policy = await transaction(ctx, (tx) => policyCreateIn(tx, ctx, input))
  ctx.feedNudge()
  if (policy.active) ctx.nudge('plan')
  return policy
}

export async function policyCreateIn(tx: Tx, ctx: Ctx, input: PolicyCreate): Promise<Policy> {
  policyResolve({ algorithm: input.algorithm, weights: input.weights ?? {}, network: input.network ?? null })
  const active = input.active ?? false
  if (active) await policyRetire(tx)
  const id = idNew<'policy'>()
  await tx
    .insertInto('policy')
    .values({
      id,
      name: input.name,
      algorithm: input.algorithm,
      mode: input.mode ?? 'auto',
      weights: JSON.stringify(input.weights ?? {}),
      network: input.network === undefined ? null : JSON.stringify(input.network),
      seed: input.seed ?? 0,
      active,
    })
    .execute()
  const policy = policyItem(found(await policyFind(tx, id), 'policy', id))
  await record(tx, ctx, 'policy.create', {
    subject: { kind: 'policy', id, name: policy.name },
    after: policy,
  })
  return policy
}

/** Makes room for another active policy. The lock on the table keeps two changes at once from crossing. */
export async function policyRetire(tx: Tx): Promise<void> {
  await sql`lock table policy in share row exclusive mode`.execute(tx)
  await sql`update policy set active = false, changed_at = clock_timestamp(), version = version + 1 where active`.execute(
    tx,
  )
}
