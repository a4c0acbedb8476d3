/**
 * Fenced leases: which replica a loop belongs to. Time is the database's, so that clocks of replicas need not agree. The
 * fence grows with each change of owner, and a step is marked only in a transaction that holds the lease row: an owner
 * that was stopped or cut off and comes back late finds its fence stale, and nothing of that transaction is kept.
 */
import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Db, Handle } from '../db/database.ts'

export type Lease = { name: string; owner: string; fence: bigint }
/** What a step needs to prove that its loop is still owned here. `LoopWork` is one. */
export type LeaseHeld = { lease: string; fence: bigint }

/** Takes a free or expired lease, or renews one's own; null when another owner holds it. `ttlMs` runs from now. */
export async function leaseTake(db: Db, name: string, owner: string, ttlMs: number): Promise<Lease | null> {
  return (
    (await leaseRenew(db, name, owner, ttlMs)) ??
    db.transaction().execute(async (tx) => {
      await sql`insert into lease (name, owner, fence, expires_at) values (${name}, ${owner}::uuid, 0, '-infinity')
        on conflict (name) do nothing`.execute(tx)
      // `for update` waits for the steps that hold the row (see fenceCheck); a renewal does not.
      const { rows } = await sql<{ free: boolean }>`
        select expires_at < clock_timestamp() or owner = ${owner}::uuid as free from lease where name = ${name}
        for update skip locked`.execute(tx)
      if (rows[0]?.free !== true) return null
      const taken = await sql<{ fence: string }>`
        update lease set fence = fence + 1, owner = ${owner}::uuid,
          expires_at = clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond'
        where name = ${name} returning fence::text as fence`.execute(tx)
      const fence = taken.rows[0]?.fence
      return fence === undefined ? null : { name, owner, fence: BigInt(fence) }
    })
  )
}

/** Extends one's own lease, expired or not: as long as nobody took it, nobody acted in between. Null when it is lost. */
export async function leaseRenew(
  handle: Handle,
  name: string,
  owner: string,
  ttlMs: number,
): Promise<Lease | null> {
  const { rows } = await sql<{ fence: string }>`
    update lease set expires_at = clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond'
    where name = ${name} and owner = ${owner}::uuid and fence > 0 and expires_at <> '-infinity'
    returning fence::text as fence`.execute(handle)
  const fence = rows[0]?.fence
  return fence === undefined ? null : { name, owner, fence: BigInt(fence) }
}

/** Gives the lease up at once, so that another replica need not wait for its end. Nothing when it is not ours. */
export async function leaseRelease(handle: Handle, lease: Lease): Promise<void> {
  await sql`update lease set expires_at = '-infinity'
    where name = ${lease.name} and owner = ${lease.owner}::uuid and fence = ${lease.fence.toString()}::int8`.execute(
    handle,
  )
}

/**
 * Call it first in each transaction that marks a step. Throws `conflict` when another owner has taken over; else nobody
 * can until the transaction ends. The lock is the weakest that a new owner's `for update` waits for, so that steps do
 * not wait for each other, nor a renewal for them.
 */
export async function fenceCheck(tx: Handle, held: LeaseHeld): Promise<void> {
  const { rows } =
    await sql`select 1 from lease where name = ${held.lease} and fence = ${held.fence.toString()}::int8
    for key share`.execute(tx)
  if (rows.length > 0) return
  throw new OrreryError(
    'conflict',
    `Another server has taken over the lease '${held.lease}' (fence ${held.fence} is stale); it goes on from here.`,
  )
}
