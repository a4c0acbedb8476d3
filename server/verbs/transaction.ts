import type { Transaction } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { type EventWrite, eventInsert } from '../db/event.ts'
import { attemptsMax, isPassing } from '../db/passing.ts'
import type { Schema } from '../db/schema.ts'
import type { Ctx } from './context.ts'

export type Tx = Transaction<Schema>

/**
 * Runs a verb's change in one transaction. With an idempotency key the answer is stored in the same transaction: a
 * second call with the key gets that answer, and one at the same time waits for it. Where the answer carries a secret, which
 * is never stored, `onReplay` is what the second call is refused with.
 */
export async function transaction<T>(
  ctx: Ctx,
  change: (tx: Tx) => Promise<T>,
  onReplay?: () => OrreryError,
): Promise<T> {
  if (ctx.within !== undefined) return change(ctx.within)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ctx.database.db.transaction().execute(async (tx) => {
        const replay = ctx.idempotency === undefined ? null : await idempotencyClaim(tx, ctx, ctx.idempotency)
        if (replay !== null && onReplay !== undefined) throw onReplay()
        if (replay !== null) return replay.response as T
        const output = await change(tx)
        if (ctx.idempotency !== undefined) await idempotencyKeep(tx, ctx, ctx.idempotency.key, output)
        return output
      })
    } catch (error) {
      if (attempt < attemptsMax && isPassing(error)) continue
      throw translate(error)
    }
  }
}

async function idempotencyClaim(tx: Tx, ctx: Ctx, claim: NonNullable<Ctx['idempotency']>) {
  const inserted = await tx
    .insertInto('idempotency')
    .values({
      principal_id: ctx.actor.id,
      key: claim.key,
      operation: claim.operation,
      request_hash: claim.hash,
      response: JSON.stringify(null),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) > 0n) return null
  const kept = await tx
    .selectFrom('idempotency')
    .select(['operation', 'request_hash', 'response'])
    .where('principal_id', '=', ctx.actor.id)
    .where('key', '=', claim.key)
    .executeTakeFirstOrThrow()
  if (kept.operation !== claim.operation || !kept.request_hash.equals(claim.hash)) {
    throw new OrreryError(
      'conflict',
      `The Idempotency-Key '${claim.key}' was used for another request. Use a new key for each new request.`,
    )
  }
  return { response: kept.response }
}

async function idempotencyKeep(tx: Tx, ctx: Ctx, key: string, output: unknown): Promise<void> {
  await tx
    .updateTable('idempotency')
    .set({ response: JSON.stringify(output ?? null) })
    .where('principal_id', '=', ctx.actor.id)
    .where('key', '=', key)
    .execute()
}

export type Recorded = Pick<EventWrite, 'before' | 'after' | 'reason'> & {
  subject: { kind: string; id: string | null; name: string | null }
}

/** Writes the event of a change, in its transaction. The verb reads `noun.verb`. */
export async function record(tx: Tx, ctx: Ctx, verb: string, what: Recorded): Promise<void> {
  await eventInsert(tx, [
    {
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
      verb,
      subjectKind: what.subject.kind,
      subjectId: what.subject.id,
      subjectName: what.subject.name,
      before: what.before,
      after: what.after,
      reason: what.reason ?? null,
      traceAt: ctx.traceAt ?? null,
    },
  ])
}

function pgCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Numbers, instants and texts that PostgreSQL's types cannot hold; only a caller's value can be one. */
const notStorable = new Set(['22003', '22007', '22008', '22009', '22021', '22P05'])

/** The database's own refusals in the words of the closed list; what is not known stays as it is (internal). */
export function translate(error: unknown): unknown {
  if (error instanceof OrreryError) return error
  const code = pgCode(error)
  if (code === '23505') {
    const detail = error instanceof Error && 'detail' in error ? String(error.detail) : ''
    const match = /\((.+)\)=\((.*)\) already exists/s.exec(detail)
    const what =
      match === null
        ? 'It'
        : `${match[1]?.split(',').at(-1)?.trim() ?? 'It'} '${match[2]?.split(',').at(-1)?.trim() ?? ''}'`
    return new OrreryError(
      'conflict',
      `${what} exists already. Choose another, or change the one there is.`,
      { cause: error },
    )
  }
  if (code === '23503') {
    return new OrreryError('conflict', 'Something still refers to it, or what it refers to is gone.', {
      cause: error,
    })
  }
  if (code !== undefined && notStorable.has(code)) {
    return new OrreryError('invalid', 'A value of the request is outside of what can be stored.', {
      cause: error,
    })
  }
  if (code === '55P03' || code === '57014' || isPassing(error)) {
    return new OrreryError('unavailable', 'The database took too long over this. Try again.', {
      cause: error,
    })
  }
  if (isCrowded(error)) {
    return new OrreryError(
      'unavailable',
      'Too many calls wait for the database, or it is away. Try again in a moment.',
      { cause: error },
    )
  }
  if (isAway(error, code)) {
    return new OrreryError('unavailable', 'The database is away. Try again in a moment.', { cause: error })
  }
  return error
}

/** The pool's own words when no connection came free in time. */
function isCrowded(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect')
}

const awayCodes = new Set(
  'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN ENOENT'.split(' '),
)

/**
 * No connection, none free, or a database that cannot write now: classes 08 (connection), 53 (resources), 57P (shutdown),
 * 25006 (a standby), 25P03 (cut off while idle). The driver's own failures have no code, only words.
 */
function isAway(error: unknown, code: string | undefined): boolean {
  if (code !== undefined) return /^(08|53|57P|25006|25P03)/.test(code) || awayCodes.has(code)
  return (
    error instanceof Error &&
    /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|Cannot use a pool after calling end|driver has already been destroyed)/.test(
      error.message,
    )
  )
}
