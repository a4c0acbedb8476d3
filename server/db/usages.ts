import { sql } from 'kysely'
import type { Database } from './database.ts'
import { instantSql } from './instant-sql.ts'

/** The latest values of one subject; `at` in microseconds since 1970. Undefined where not measured. */
export type UsageNow = {
  atMicros: bigint
  /** cpu, memory, diskRead, diskWrite, netRx, netTx, power, cpuReported */
  values: (number | null | undefined)[]
}

export type LatestRule = 'newest' | 'arrival'

/**
 * The latest values of every subject, in memory. They can be derived from the samples, which are durable before they get
 * here; the table `usage_latest` is a copy for SQL and for other replicas, written at most once a second.
 */
export type Usages = {
  get(subjectId: string): UsageNow | undefined
  /** `newest`: only if it is not older than what is known; `arrival`: the last to arrive wins, whatever its time. */
  set(subjectId: string, usage: UsageNow, rule: LatestRule): void
  forget(subjectId: string): void
  flush(): Promise<void>
  close(): Promise<void>
}

const flushEveryMs = 1000
const flushRowsMax = 5000
/** A replica's copy becomes visible when it commits: so much later at most than the instant it carries. */
const commitMicrosMax = 2_000_000n

type LatestRow = {
  subject_id: string
  micros: string
  cpu: number | null
  memory: number | null
  disk_read: number | null
  disk_write: number | null
  net_rx: number | null
  net_tx: number | null
  power: number | null
  cpu_reported: number | null
  received: string
}

export async function usagesOpen(
  database: Database,
  onError: (error: unknown, message: string) => void,
): Promise<Usages> {
  const latest = new Map<string, UsageNow>()
  const dirty = new Map<string, LatestRule>()
  let seen = '0'
  let flushing: Promise<void> | null = null

  async function readOthers(): Promise<void> {
    const from = BigInt(seen) - commitMicrosMax
    const { rows } =
      await sql<LatestRow>`select subject_id, (extract(epoch from ts) * 1000000)::int8::text as micros, cpu, memory,
      disk_read, disk_write, net_rx, net_tx, power, cpu_reported, (extract(epoch from received_at) * 1000000)::int8::text as received
      from usage_latest where received_at > ${instantSql(sql`${from.toString()}::int8`)} order by received_at`.execute(
        database.db,
      )
    for (const row of rows) {
      if (dirty.has(row.subject_id)) continue
      const known = latest.get(row.subject_id)
      const atMicros = BigInt(row.micros)
      if (known !== undefined && known.atMicros >= atMicros) continue
      latest.set(row.subject_id, {
        atMicros,
        values: [
          row.cpu,
          row.memory,
          row.disk_read,
          row.disk_write,
          row.net_rx,
          row.net_tx,
          row.power,
          row.cpu_reported,
        ],
      })
    }
    if (BigInt(rows.at(-1)?.received ?? '0') > BigInt(seen)) seen = rows.at(-1)?.received ?? seen
  }

  /**
   * Samples stored after the last copy was written: a server that was killed leaves up to a second of them. Only what was
   * measured since that copy counts, so that the last to arrive stays the latest value where that is the rule.
   */
  async function recover(): Promise<void> {
    const { rows } = await sql<Omit<LatestRow, 'received'>>`
      select s.id as subject_id, (extract(epoch from l.ts) * 1000000)::int8::text as micros, l.cpu, l.memory,
        l.disk_read, l.disk_write, l.net_rx, l.net_tx, l.power, l.cpu_reported
      from (select id from node union all select id from workload) s
      left join usage_latest u on u.subject_id = s.id
      cross join lateral (select * from sample where subject_id = s.id
        and ts > coalesce(greatest(u.ts, u.received_at - interval '5 seconds'), now() - interval '10 minutes')
        and ts <= now() + interval '1 day' order by ts desc limit 1) l`.execute(database.db)
    for (const row of rows) {
      const atMicros = BigInt(row.micros)
      const known = latest.get(row.subject_id)
      if (known !== undefined && known.atMicros >= atMicros) continue
      latest.set(row.subject_id, {
        atMicros,
        values: [
          row.cpu,
          row.memory,
          row.disk_read,
          row.disk_write,
          row.net_rx,
          row.net_tx,
          row.power,
          row.cpu_reported,
        ],
      })
      dirty.set(row.subject_id, 'newest')
    }
  }

  async function flush(): Promise<void> {
    const piece = [...dirty].slice(0, flushRowsMax)
    for (const rule of ['newest', 'arrival'] as const) {
      await copy(
        piece.flatMap(([id, each]) => (each === rule ? [id] : [])),
        rule,
      )
    }
  }

  /** By the rule `newest` a row that another replica wrote in the meantime stays where it is newer. */
  async function copy(ids: readonly string[], rule: LatestRule): Promise<void> {
    if (ids.length === 0) return
    const rows = ids.flatMap((id) => {
      const usage = latest.get(id)
      return usage === undefined ? [] : [{ id, usage }]
    })
    const value = (index: number) => rows.map((row) => row.usage.values[index] ?? null)
    await sql`insert into usage_latest (subject_id, ts, cpu, memory, disk_read, disk_write, net_rx, net_tx, power, cpu_reported)
      select id, ${instantSql(sql`micros`)}, cpu, memory, disk_read, disk_write, net_rx, net_tx, power, cpu_reported
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.usage.atMicros.toString())}::int8[],
        ${value(0)}::float8[], ${value(1)}::float8[], ${value(2)}::float8[], ${value(3)}::float8[], ${value(4)}::float8[],
        ${value(5)}::float8[], ${value(6)}::float8[], ${value(7)}::float8[])
        as r (id, micros, cpu, memory, disk_read, disk_write, net_rx, net_tx, power, cpu_reported)
      order by id
      on conflict (subject_id) do update set ts = excluded.ts, cpu = excluded.cpu, memory = excluded.memory,
        disk_read = excluded.disk_read, disk_write = excluded.disk_write, net_rx = excluded.net_rx, net_tx = excluded.net_tx,
        power = excluded.power, cpu_reported = excluded.cpu_reported, received_at = clock_timestamp()
      where ${rule === 'arrival'} or excluded.ts >= usage_latest.ts`.execute(database.db)
    for (const row of rows) if (latest.get(row.id) === row.usage) dirty.delete(row.id)
    for (const id of ids) if (!latest.has(id)) dirty.delete(id)
  }

  async function tick(): Promise<void> {
    try {
      for (let round = 0; round < 4 && dirty.size > 0; round += 1) await flush()
      await readOthers()
    } catch (error) {
      onError(error, 'latest values could not be copied to the database; it tries again')
    }
  }

  await readOthers()
  await recover()
  const timer = setInterval(() => {
    flushing ??= tick().finally(() => {
      flushing = null
    })
  }, flushEveryMs)
  timer.unref()

  return {
    get: (subjectId) => latest.get(subjectId),
    set(subjectId, usage, rule) {
      if (rule === 'newest') {
        const known = latest.get(subjectId)
        if (known !== undefined && known.atMicros > usage.atMicros) return
      }
      latest.set(subjectId, usage)
      dirty.set(subjectId, dirty.get(subjectId) === 'arrival' ? 'arrival' : rule)
    },
    forget(subjectId) {
      latest.delete(subjectId)
    },
    async flush() {
      await flushing
      while (dirty.size > 0) await flush()
    },
    async close() {
      clearInterval(timer)
      await flushing
      try {
        while (dirty.size > 0) await flush()
      } catch (error) {
        onError(error, 'the last latest values were not copied; the next start reads them from the samples')
      }
      dirty.clear()
    },
  }
}
