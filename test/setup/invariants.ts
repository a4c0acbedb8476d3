/**
 * What must hold of the database at any time, however it was used. Each function returns what is wrong, nothing when all
 * is well.
 */
import type pg from 'pg'

type Queryable = Pick<pg.Pool, 'query'>
type Wrong = Record<string, unknown>

async function rows(database: Queryable, text: string): Promise<Wrong[]> {
  const { rows: found }: pg.QueryResult<Wrong> = await database.query<Wrong>(text)
  return found
}

/** What is reserved on each node is the sum of what its workloads ask for. */
export function allocationDrift(database: Queryable): Promise<Wrong[]> {
  return rows(
    database,
    `select n.name, a.cpu, coalesce(w.cpu, 0) as cpu_sum, a.memory, coalesce(w.memory, 0) as memory_sum, a.disk,
       coalesce(w.disk, 0) as disk_sum, a.workloads, coalesce(w.workloads, 0) as workloads_sum
     from node n join node_allocation a on a.node_id = n.id
     left join (select node_id, sum(cpu_cores::numeric) as cpu, sum(memory_bytes) as memory, sum(disk_bytes) as disk, count(*) as workloads
       from workload where node_id is not null group by node_id) w on w.node_id = n.id
     where a.cpu <> coalesce(w.cpu, 0) or a.memory <> coalesce(w.memory, 0) or a.disk <> coalesce(w.disk, 0)
       or a.workloads <> coalesce(w.workloads, 0)
       or exists (select 1 from generate_subscripts(a.gpu_limit, 1) i where coalesce(a.gpu[i], 0) <>
         (select coalesce(sum(x.gpu_milli), 0) from workload x where x.node_id = n.id and (i - 1) = any (x.gpu_indexes)))`,
  )
}

/** Every workload that was ever on a node, from when to when, with what it asked for. */
const stays = `select node_id, cpu_cores::numeric as cpu, memory_bytes::numeric as memory, changed_at as since, 'infinity'::timestamptz as until
    from workload where node_id is not null
  union all select node_id, cpu_cores::numeric, memory_bytes::numeric, changed_at, valid_to
    from workload_history where node_id is not null`

/** Nodes whose allocation exceeds its limit now, or whose workloads together exceeded it at any instant of their history. */
export function overCapacity(database: Queryable): Promise<Wrong[]> {
  return rows(
    database,
    `with stay as (${stays}),
       change as (
         select node_id, since as at, cpu, memory from stay
         union all select node_id, until, -cpu, -memory from stay where until <> 'infinity'),
       moment as (select node_id, at, sum(cpu) as cpu, sum(memory) as memory from change group by node_id, at),
       level as (select node_id, at, sum(cpu) over (partition by node_id order by at) as cpu,
         sum(memory) over (partition by node_id order by at) as memory from moment)
     select l.node_id, l.at, l.cpu, a.cpu_limit, l.memory, a.memory_limit
       from level l join node_allocation a using (node_id) where l.cpu > a.cpu_limit or l.memory > a.memory_limit
     union all
     select node_id, null, cpu, cpu_limit, memory, memory_limit from node_allocation
       where cpu > cpu_limit or memory > memory_limit or disk > disk_limit
         or exists (select 1 from generate_subscripts(gpu_limit, 1) i where coalesce(gpu[i], 0) > gpu_limit[i])`,
  )
}

/** Versions of a row follow each other without a gap, an overlap or a missing number. */
export async function historyGaps(database: Queryable): Promise<Wrong[]> {
  const found = await Promise.all(
    ['site', 'node', 'workload'].map((table) =>
      rows(
        database,
        `with version as (
           select id, version, changed_at, 'infinity'::timestamptz as valid_to from ${table}
           union all select id, version, changed_at, valid_to from ${table}_history),
         next as (select *, lead(version) over w as next_version, lead(changed_at) over w as next_at,
             first_value(version) over w as first_version
           from version window w as (partition by id order by version))
         select '${table}' as noun, id, version, changed_at, valid_to, next_version, next_at from next
         where valid_to <= changed_at or first_version <> 1
           or (next_version is not null and (next_version <> version + 1 or next_at <> valid_to))`,
      ),
    ),
  )
  return found.flat()
}

/** Every version of a workload's placement has its event, and every event of a placement its version. */
export function placementsWithoutEvents(database: Queryable): Promise<Wrong[]> {
  return rows(
    database,
    `with version as (
       select id, version, node_id from workload union all select id, version, node_id from workload_history),
     moved as (select id, version, node_id from (
         select id, version, node_id, lag(node_id) over w as before, row_number() over w as ordinal
         from version window w as (partition by id order by version)) each
       where ordinal > 1 and node_id is distinct from before),
     told as (select subject_id as id, (after->>'nodeId')::uuid as node_id from event
       where subject_kind = 'workload' and verb in ('workload.bind', 'workload.unbind', 'workload.migrate')),
     versions as (select id, node_id, count(*) as count from moved group by 1, 2),
     events as (select id, node_id, count(*) as count from told group by 1, 2)
     select coalesce(v.id, e.id) as workload, coalesce(v.node_id, e.node_id) as node, v.count as versions, e.count as events
     from versions v full join events e on e.id = v.id and e.node_id is not distinct from v.node_id
     where v.count is distinct from e.count`,
  )
}

/** Every thing there is has the event of its creation. */
export function creationsWithoutEvents(database: Queryable): Promise<Wrong[]> {
  return rows(
    database,
    ['site', 'node', 'workload']
      .map(
        (table) => `select '${table}' as noun, t.id, t.name from ${table} t where not exists (
          select 1 from event e where e.subject_id = t.id and e.verb = '${table}.create')`,
      )
      .join(' union all '),
  )
}

/** All of the above; for tests that expect nothing. */
export async function brokenInvariants(database: Queryable): Promise<Record<string, Wrong[]>> {
  const found = {
    allocationDrift: await allocationDrift(database),
    overCapacity: await overCapacity(database),
    historyGaps: await historyGaps(database),
    placementsWithoutEvents: await placementsWithoutEvents(database),
    creationsWithoutEvents: await creationsWithoutEvents(database),
  }
  return Object.fromEntries(Object.entries(found).filter(([, wrong]) => wrong.length > 0))
}
