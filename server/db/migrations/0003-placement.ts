/**
 * Placement inside the database: reserve, record history and record the event in one call, for a batch of items.
 *
 * Every item has its own outcome, so that one refusal does not undo its neighbours. Rows are locked in id order
 * (workloads, then allocations), so that batches of two servers cannot deadlock.
 */
export const sql = `
-- Zero-based device indexes for a demand, or null when there is no room. A share takes the fullest device that still has
-- room; whole devices are the lowest idle ones (the rule of the published placement benchmark).
create function gpu_choose(p_limit int[], p_used int[], p_models text[], p_count int, p_milli int, p_accept text[])
returns int[] language plpgsql immutable as $$
declare
  chosen int[] := '{}';
  best int := null;
  best_free int := null;
  free int;
begin
  if p_count = 0 then return '{}'; end if;
  for i in 1 .. coalesce(array_length(p_limit, 1), 0) loop
    free := p_limit[i] - coalesce(p_used[i], 0);
    continue when free < p_milli;
    continue when coalesce(array_length(p_accept, 1), 0) > 0 and not (p_models[i] = any (p_accept));
    if p_count = 1 and p_milli < 1000 then
      if best is null or free < best_free then best := i; best_free := free; end if;
    else
      chosen := chosen || (i - 1);
      if array_length(chosen, 1) = p_count then return chosen; end if;
    end if;
  end loop;
  if best is not null then return array[best - 1]; end if;
  return null;
end $$;

create function gpu_fits(p_limit int[], p_used int[], p_models text[], p_count int, p_milli int, p_accept text[], p_indexes int[])
returns boolean language sql immutable as $$
  select coalesce(array_length(p_indexes, 1), 0) = p_count and (select count(distinct i) from unnest(p_indexes) i) = p_count
    and not exists (select 1 from unnest(p_indexes) i where p_limit[i + 1] is null
      or p_limit[i + 1] - coalesce(p_used[i + 1], 0) < p_milli
      or (coalesce(array_length(p_accept, 1), 0) > 0 and not (p_models[i + 1] = any (p_accept))))
$$;

create function gpu_add(p_used int[], p_length int, p_indexes int[], p_milli int) returns int[] language plpgsql immutable as $$
declare result int[] := p_used;
begin
  if coalesce(array_length(result, 1), 0) < p_length then
    result := result || array_fill(0, array[p_length - coalesce(array_length(result, 1), 0)]);
  end if;
  for i in 1 .. coalesce(array_length(p_indexes, 1), 0) loop
    result[p_indexes[i] + 1] := coalesce(result[p_indexes[i] + 1], 0) + p_milli;
  end loop;
  return result;
end $$;

-- The limits of a node follow its capacity and its site's overcommit ratio (null: without limit). Devices are never
-- overcommitted: a share of a device is a real thing. The caller holds the site's row against changes, and then the
-- node's allocation: both are read here.
create function node_allocation_limits(p_node uuid) returns void language sql as $$
  insert into node_allocation (node_id, cpu_limit, memory_limit, disk_limit, gpu_limit)
  select n.id, n.cpu_cores::numeric * s.overcommit_ratio::numeric, n.memory_bytes::numeric * s.overcommit_ratio::numeric,
         n.disk_bytes::numeric * s.overcommit_ratio::numeric, n.gpu_milli
  from node n join site s on s.id = n.site_id where n.id = p_node
  on conflict (node_id) do update set cpu_limit = excluded.cpu_limit, memory_limit = excluded.memory_limit,
    disk_limit = excluded.disk_limit, gpu_limit = excluded.gpu_limit
$$;

/* modes: bind (from no node), rebind (from any), migrate (from a node), unbind. p_state is the state to go to. To bind
   is to ask that it runs; a rebind to where it runs already changes nothing; what is being stopped does not migrate.
   outcomes: ok | no_workload | no_node | wrong_state | already_bound | not_bound | node_state | no_capacity | anti_affinity */
create function workload_place(
  p_workload uuid[], p_mode text[], p_node uuid[], p_state text[], p_gpu text[], p_reason text[],
  p_actor uuid[], p_actor_name text[]
) returns table (ord int, outcome text, detail text, workload_id uuid, node_id uuid, from_node_id uuid, state text,
                 gpu_indexes int[], generation int, changed_at timestamptz, version int8)
language plpgsql as $$
#variable_conflict use_column
declare
  w workload%rowtype;
  n node%rowtype;
  a node_allocation%rowtype;
  chosen int[];
  target uuid;
  verb text;
begin
  perform 1 from workload t where t.id = any (p_workload) order by t.id for update;
  perform 1 from node_allocation t where t.node_id = any (p_node || array(
    select x.node_id from workload x where x.id = any (p_workload) and x.node_id is not null)) order by t.node_id for update;

  for i in 1 .. array_length(p_workload, 1) loop
    ord := i; outcome := 'ok'; detail := null; workload_id := p_workload[i]; node_id := null; from_node_id := null;
    state := null; gpu_indexes := '{}'; generation := null; changed_at := null; version := null;
    target := case when p_mode[i] = 'unbind' then null else p_node[i] end;

    select * into w from workload t where t.id = p_workload[i];
    if not found then outcome := 'no_workload'; return next; continue; end if;
    from_node_id := w.node_id; state := w.state; node_id := w.node_id;

    if p_mode[i] = 'bind' and w.node_id is not null then
      outcome := 'already_bound'; detail := w.node_id::text; return next; continue;
    elsif p_mode[i] in ('migrate') and w.node_id is null then
      outcome := 'not_bound'; return next; continue;
    elsif p_mode[i] = 'unbind' and w.node_id is null then
      outcome := 'not_bound'; return next; continue;
    elsif p_mode[i] = 'migrate' and w.node_id = target then
      outcome := 'already_bound'; detail := w.node_id::text; return next; continue;
    elsif p_mode[i] <> 'unbind' and w.desired = 'absent' then
      outcome := 'wrong_state'; detail := 'it is being deleted'; return next; continue;
    elsif p_mode[i] = 'migrate' and w.desired <> 'running' then
      outcome := 'wrong_state'; detail := 'it is being stopped'; return next; continue;
    elsif p_mode[i] = 'rebind' and w.node_id = target and w.desired = 'running' and w.state in ('placing', 'starting', 'running') then
      gpu_indexes := w.gpu_indexes; generation := w.generation; changed_at := w.changed_at; version := w.version;
      return next; continue;
    end if;

    chosen := '{}';
    if target is not null then
      select * into n from node t where t.id = target;
      if not found then outcome := 'no_node'; return next; continue; end if;
      if n.state <> 'ready' then
        outcome := 'node_state'; detail := n.state; return next; continue;
      end if;
      select * into a from node_allocation t where t.node_id = target;
      if w.node_id = target then
        a.cpu := a.cpu - w.cpu_cores::numeric; a.memory := a.memory - w.memory_bytes; a.disk := a.disk - w.disk_bytes;
        a.gpu := gpu_add(a.gpu, coalesce(array_length(a.gpu_limit, 1), 0), w.gpu_indexes, -w.gpu_milli);
        a.workloads := a.workloads - 1;
      end if;
      if a.cpu + w.cpu_cores::numeric > a.cpu_limit then
        outcome := 'no_capacity'; detail := format('cpuCores: %s asked, %s free of %s', w.cpu_cores, trim_scale(a.cpu_limit - a.cpu), trim_scale(a.cpu_limit));
      elsif a.memory + w.memory_bytes > a.memory_limit then
        outcome := 'no_capacity'; detail := format('memoryBytes: %s asked, %s free of %s', w.memory_bytes, trim_scale(a.memory_limit - a.memory), trim_scale(a.memory_limit));
      elsif a.disk + w.disk_bytes > a.disk_limit then
        outcome := 'no_capacity'; detail := format('diskBytes: %s asked, %s free of %s', w.disk_bytes, trim_scale(a.disk_limit - a.disk), trim_scale(a.disk_limit));
      elsif w.anti_affinity is not null and exists (select 1 from workload o where o.anti_affinity = w.anti_affinity
          and o.node_id = target and o.id <> w.id) then
        outcome := 'anti_affinity'; detail := w.anti_affinity;
      elsif w.gpu_count > 0 then
        chosen := string_to_array(nullif(p_gpu[i], ''), ',')::int[];
        if chosen is null or not gpu_fits(a.gpu_limit, a.gpu, n.gpu_models, w.gpu_count, w.gpu_milli, w.gpu_models, chosen) then
          chosen := gpu_choose(a.gpu_limit, a.gpu, n.gpu_models, w.gpu_count, w.gpu_milli, w.gpu_models);
        end if;
        if chosen is null then
          outcome := 'no_capacity';
          detail := format('gpu: %s x %s milli%s asked, no such devices free', w.gpu_count, w.gpu_milli,
            case when coalesce(array_length(w.gpu_models, 1), 0) > 0 then ' of ' || array_to_string(w.gpu_models, ' or ') else '' end);
        end if;
      end if;
      if outcome <> 'ok' then return next; continue; end if;
    end if;

    if w.node_id is not null then
      update node_allocation t set cpu = t.cpu - w.cpu_cores::numeric, memory = t.memory - w.memory_bytes,
        disk = t.disk - w.disk_bytes, workloads = t.workloads - 1,
        gpu = case when w.gpu_count = 0 then t.gpu else gpu_add(t.gpu, coalesce(array_length(t.gpu_limit, 1), 0), w.gpu_indexes, -w.gpu_milli) end
      where t.node_id = w.node_id;
    end if;
    if target is not null then
      update node_allocation t set cpu = t.cpu + w.cpu_cores::numeric, memory = t.memory + w.memory_bytes,
        disk = t.disk + w.disk_bytes, workloads = t.workloads + 1,
        gpu = case when w.gpu_count = 0 then t.gpu else gpu_add(t.gpu, coalesce(array_length(t.gpu_limit, 1), 0), chosen, w.gpu_milli) end
      where t.node_id = target;
    end if;

    update workload t set node_id = target, state = p_state[i], state_since = clock_timestamp(), reason = p_reason[i],
      desired = case when target is null then t.desired else 'running' end, gpu_indexes = chosen, provider_ref = null, generation = t.generation + (case when target is null then 0 else 1 end)
    where t.id = w.id
    returning t.node_id, t.state, t.gpu_indexes, t.generation, t.changed_at, t.version
    into node_id, state, gpu_indexes, generation, changed_at, version;

    verb := case when target is null then 'workload.unbind' when w.node_id is null then 'workload.bind'
      when w.node_id = target then 'workload.restart' else 'workload.migrate' end;
    insert into event (actor_id, actor_name, verb, subject_kind, subject_id, subject_name, before, after, reason, trace_at)
    values (p_actor[i], p_actor_name[i], verb, 'workload', w.id, w.name,
      jsonb_build_object('nodeId', w.node_id, 'state', w.state),
      jsonb_build_object('nodeId', target, 'state', p_state[i], 'gpuIndexes', to_jsonb(chosen)), p_reason[i], w.trace_at);
    return next;
  end loop;
end $$;
`
