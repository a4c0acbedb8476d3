import { type RawBuilder, sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import { isUuid } from '@orrery/api/id.ts'
import type { SampleListQuery, SampleSeries } from '@orrery/api/sample.ts'
import { usageItem, type UsageColumns } from '../../db/usage-columns.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { instantMicros, instantText } from '../instant.ts'

const columns = ['cpu', 'memory', 'disk_read', 'disk_write', 'net_rx', 'net_tx', 'power'] as const

/** One subject's samples in [since, until), in time order, down-sampled on request; also of a subject that is gone. */
export async function sampleList(ctx: Ctx, query: SampleListQuery): Promise<SampleSeries> {
  requireRole(ctx, 'viewer')
  if (!isUuid(query.subject)) {
    throw new OrreryError('invalid', '`subject` must be the id of a node or a workload.', {
      pointer: '/subject',
    })
  }
  const limit = query.limit ?? 1000
  const order = sql.raw(query.order === 'desc' ? 'desc' : 'asc')
  const range: RawBuilder<unknown>[] = [sql`subject_id = ${query.subject}::uuid`]
  if (query.since !== undefined)
    range.push(sql`ts >= ${instantText(instantMicros(query.since, 'since'))}::timestamptz`)
  if (query.until !== undefined)
    range.push(sql`ts < ${instantText(instantMicros(query.until, 'until'))}::timestamptz`)
  const where = sql.join(range, sql` and `)
  const { rows } =
    query.stepSeconds === undefined
      ? await sql<UsageColumns>`select ts as usage_ts, ${sql.raw(columns.map((column) => `${column} as usage_${column}`).join(', '))}
          from sample where ${where} order by ts ${order} limit ${limit + 1}`.execute(ctx.database.db)
      : await sql<UsageColumns>`select date_bin(make_interval(secs => ${query.stepSeconds}), ts, timestamptz 'epoch') as usage_ts,
          ${sql.raw(columns.map((column) => `${aggregate(query.aggregate ?? 'mean', column)} as usage_${column}`).join(', '))}
          from sample where ${where} group by 1 order by 1 ${order} limit ${limit + 1}`.execute(
          ctx.database.db,
        )
  if (rows.length === 0) await assertEver(ctx, query.subject)
  return {
    subjectId: query.subject,
    stepSeconds: query.stepSeconds ?? null,
    samples: rows.slice(0, limit).flatMap((row) => usageItem(row) ?? []),
    more: rows.length > limit,
  }
}

/** An empty series is of something that is or was; an id of nothing is a slip. */
async function assertEver(ctx: Ctx, subject: string): Promise<void> {
  if (ctx.mirror.nodes.has(subject) || ctx.mirror.workloads.has(subject)) return
  const tables = ['node', 'workload', 'node_history', 'workload_history'].map((table) => sql.table(table))
  const { rows } = await sql<{ there: boolean }>`select ${sql.join(
    tables.map((table) => sql`exists (select 1 from ${table} where id = ${subject}::uuid)`),
    sql` or `,
  )} or exists (select 1 from sample where subject_id = ${subject}::uuid) as there`.execute(ctx.database.db)
  if (rows[0]?.there === true) return
  throw new OrreryError('not_found', `There is and was no node or workload with the id '${subject}'.`)
}

function aggregate(kind: 'mean' | 'min' | 'max' | 'last', column: string): string {
  switch (kind) {
    case 'mean':
      return `avg(${column})`
    case 'min':
      return `min(${column})`
    case 'max':
      return `max(${column})`
    case 'last':
      return `(array_agg(${column} order by ts desc) filter (where ${column} is not null))[1]`
  }
}
