import { type RawBuilder, sql } from 'kysely'

/** The rows of a versioned table: the present ones, or those that were valid at an instant. */
export function rowsAt(table: 'site' | 'node' | 'workload', at: string | undefined): RawBuilder<unknown> {
  if (at === undefined) return sql.table(table)
  const columns = sql.raw(columnsOf[table])
  return sql`(select ${columns} from ${sql.table(table)} where changed_at <= ${at}::timestamptz
    union all select ${columns} from ${sql.table(`${table}_history`)}
    where changed_at <= ${at}::timestamptz and valid_to > ${at}::timestamptz)`
}

/** The instant that is looked at, by which ages are told. */
export function instantAt(at: string | undefined): RawBuilder<unknown> {
  return at === undefined ? sql`now()` : sql`${at}::timestamptz`
}

/** Named one by one, so that a column that a later migration adds to one of the two tables cannot shift the others. */
const columnsOf = {
  site: 'id, name, kind, geo, carbon_grams_per_kwh, renewable_share, allowed_risk_levels, links, overcommit_ratio, labels, created_at, changed_at, version',
  node: 'id, name, kind, site_id, provider_id, provider_ref, state, state_since, reason, cpu_cores, memory_bytes, disk_bytes, gpu_models, gpu_milli, capabilities, addresses, labels, compat, created_at, changed_at, version',
  workload:
    'id, name, kind, state, state_since, desired, reason, node_id, provider_ref, generation, cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models, gpu_indexes, constraints, anti_affinity, labels, priority, auto_place, dataset_id, trace_at, compat, created_at, changed_at, version',
}
