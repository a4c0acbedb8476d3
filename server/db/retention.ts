import { type RawBuilder, sql } from 'kysely'
import type { Handle } from './database.ts'

/** What is kept for a while only, by the words that a log line uses for it. `$days` is the retention of the record. */
const kept: { what: string; table: string; old: (days: number) => RawBuilder<unknown> }[] = [
  {
    what: 'idempotency keys',
    table: 'idempotency',
    old: () => sql`created_at < now() - interval '1 day'`,
  },
  {
    what: 'tokens',
    table: 'token',
    old: () => sql`expires_at < now() - interval '7 days' or revoked_at < now() - interval '7 days'`,
  },
  {
    what: 'steps of emulators',
    table: 'emulator_step',
    old: () => sql`at < now() - interval '7 days'`,
  },
  {
    what: 'latest values',
    table: 'usage_latest',
    old: () => sql`received_at < now() - interval '10 minutes'
      and not exists (select 1 from node where id = subject_id) and not exists (select 1 from workload where id = subject_id)`,
  },
  {
    // The last decision about a workload says why it is where it is.
    what: 'decisions',
    table: 'decision',
    old: (days) => sql`at < now() - ${days}::float8 * interval '1 day' and (
      not exists (select 1 from workload w where w.id = decision.workload_id)
      or exists (select 1 from decision d where d.workload_id = decision.workload_id and d.id > decision.id))`,
  },
  {
    what: 'runs',
    table: 'run',
    old: (days) => sql`created_at < now() - ${days}::float8 * interval '1 day'`,
  },
  {
    // The kill switch finds the plans of an agent by its turns.
    what: 'turns of agents',
    table: 'agent_turn',
    old: (days) => sql`at < now() - ${days}::float8 * interval '1 day' and outcome <> 'open'
      and not exists (select 1 from plan p where p.id = agent_turn.plan_id and p.state in ('proposed', 'approved'))`,
  },
  {
    what: 'plans',
    table: 'plan',
    old: (days) => sql`ended_at < now() - ${days}::float8 * interval '1 day'`,
  },
  {
    what: 'operations',
    table: 'operation',
    old: (days) => sql`ended_at < now() - ${days}::float8 * interval '1 day'`,
  },
]

const deletePiece = 5000

/** Deletes what is past its time, in pieces. Returns how many rows of what went; ends early when the signal is aborted. */
export async function recordPrune(
  handle: Handle,
  days: number | null,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const gone: Record<string, number> = {}
  for (const { what, table, old } of kept) {
    if (days === null && old.length > 0) continue
    let count = deletePiece
    while (count === deletePiece && !signal.aborted) {
      const name = sql.table(table)
      const { numAffectedRows } = await sql`delete from ${name} where ctid = any (array(
        select ctid from ${name} where ${old(days ?? 0)} limit ${deletePiece}))`.execute(handle)
      count = Number(numAffectedRows ?? 0n)
      if (count > 0) gone[what] = (gone[what] ?? 0) + count
    }
  }
  return gone
}
