/**
 * What a fork reads. COPY takes no parameters, so the instant is written into the text: it must be one that
 * `instantText` made. What only few rows have travels as one JSON field that is null for the others, because every
 * field of a hundred thousand rows costs five milliseconds.
 */

export function instantLiteral(at: string): string {
  if (!/^[-\dT:.Z]+$/.test(at)) throw new Error(`'${at}' is not an instant as we write it`)
  return `timestamptz '${at}'`
}

function rows(table: 'site' | 'node' | 'workload', at: string | null, columns: string): string {
  if (at === null) return table
  const instant = instantLiteral(at)
  return `(select ${columns} from ${table} where changed_at <= ${instant}
    union all select ${columns} from ${table}_history where changed_at <= ${instant} and valid_to > ${instant})`
}

export function sitesStatement(at: string | null): string {
  const columns =
    'id, name, kind, carbon_grams_per_kwh, renewable_share, allowed_risk_levels, links, overcommit_ratio'
  return `select id, name, kind, carbon_grams_per_kwh as "carbonGramsPerKwh", renewable_share as "renewableShare",
    allowed_risk_levels as "allowedRiskLevels", links, overcommit_ratio as "overcommitRatio"
    from ${rows('site', at, columns)} s order by name`
}

export function nodesStatement(at: string | null): string {
  const columns =
    'id, name, site_id, state, cpu_cores, memory_bytes, disk_bytes, gpu_models, gpu_milli, capabilities, labels'
  return `select id, site_id, (state = 'ready')::int::int8, cpu_cores, memory_bytes, disk_bytes, name,
    case when gpu_milli <> '{}' or capabilities <> '{}' or labels <> '{}' then json_build_object('gpuModels', gpu_models,
      'gpuMilli', gpu_milli, 'capabilities', capabilities, 'labels', labels)::text end
    from ${rows('node', at, columns)} n where state <> 'retired' order by name`
}

export function workloadsStatement(at: string | null): string {
  const columns =
    'id, name, state, desired, node_id, cpu_cores, memory_bytes, disk_bytes, gpu_count, gpu_milli, gpu_models, gpu_indexes, constraints, priority, auto_place'
  return `select id, node_id, cpu_cores, memory_bytes, disk_bytes,
    case when gpu_count > 0 or constraints <> '{}' then json_build_object('gpuCount', gpu_count, 'gpuMilli', gpu_milli,
      'gpuModels', gpu_models, 'constraints', constraints)::text end,
    case when node_id is null then json_build_object('name', name, 'priority', priority)::text
      when gpu_count > 0 then array_to_json(gpu_indexes)::text end
    from ${rows('workload', at, columns)} w
    where node_id is not null or (state = 'pending' and desired = 'running' and auto_place)`
}
