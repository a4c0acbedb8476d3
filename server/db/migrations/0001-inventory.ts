/**
 * The inventory: providers, sites, nodes, workloads, with their history.
 *
 * A noun's table holds the present row; its `_history` table holds every row that was, with `valid_to`. A row was
 * valid from its `changed_at` up to its `valid_to`. Triggers write history, so that no change escapes it, and take
 * the boundary from clock_timestamp() after the row lock, never from the transaction's start.
 */
const versioned = (table: string): string => `
create table ${table}_history (like ${table}, valid_to timestamptz not null);
create index ${table}_history_valid_to on ${table}_history (valid_to);
create index ${table}_history_id on ${table}_history (id, changed_at);
create function ${table}_keep_history() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into ${table}_history select old.*, greatest(clock_timestamp(), old.changed_at + interval '1 microsecond');
    return old;
  end if;
  new.version := old.version + 1;
  new.changed_at := greatest(clock_timestamp(), old.changed_at + interval '1 microsecond');
  insert into ${table}_history select old.*, new.changed_at;
  return new;
end $$;
create trigger ${table}_history before update or delete on ${table}
  for each row execute function ${table}_keep_history();
`

const rowColumns = `
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  version int8 not null default 1`

export const sql = `
create table provider (
  id uuid primary key,
  name text collate "C" not null unique,
  kind text not null,
  config jsonb not null default '{}',
  enabled boolean not null default true,
  ${rowColumns}
);

-- What was seen of a provider. Unversioned: observations are not changes of the inventory.
create table provider_health (
  provider_id uuid primary key references provider on delete cascade,
  health text not null default 'unknown' check (health in ('unknown', 'healthy', 'unhealthy')),
  reason text,
  since timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz
);

create table site (
  id uuid primary key,
  name text collate "C" not null unique,
  kind text not null check (kind in ('cloud', 'edge', 'device')),
  geo jsonb,
  carbon_grams_per_kwh float8 not null default 0,
  renewable_share float8 not null default 0,
  allowed_risk_levels int[] not null default '{}',
  links jsonb not null default '[]',
  overcommit_ratio float8,
  labels jsonb not null default '{}',
  ${rowColumns}
);
${versioned('site')}

create table node (
  id uuid primary key,
  name text collate "C" not null unique,
  kind text not null check (kind in ('host', 'device')),
  site_id uuid not null references site,
  provider_id uuid not null references provider,
  provider_ref text,
  state text not null check (state in ('discovered', 'ready', 'unreachable', 'draining', 'retired')),
  state_since timestamptz not null default clock_timestamp(),
  reason text,
  cpu_cores float8 not null,
  memory_bytes int8 not null,
  disk_bytes int8 not null,
  gpu_models text[] not null default '{}',
  gpu_milli int[] not null default '{}',
  capabilities text[] not null default '{}',
  addresses text[] not null default '{}',
  labels jsonb not null default '{}',
  compat jsonb,
  ${rowColumns}
);
create index node_site on node (site_id, name);
create index node_provider on node (provider_id);
${versioned('node')}

-- What is reserved on a node, and how much may be. One narrow row, updated in place by every bind: the row lock on
-- it is what keeps capacity under concurrency. Numbers are numeric so that sums of fractions never drift.
create table node_allocation (
  node_id uuid primary key references node on delete cascade,
  cpu numeric not null default 0,
  memory numeric not null default 0,
  disk numeric not null default 0,
  gpu int[] not null default '{}',
  workloads int not null default 0,
  cpu_limit numeric,
  memory_limit numeric,
  disk_limit numeric,
  gpu_limit int[] not null default '{}'
) with (fillfactor = 50);

create table node_observed (
  node_id uuid primary key references node on delete cascade,
  last_seen_at timestamptz not null
) with (fillfactor = 50);

create table workload (
  id uuid primary key,
  name text collate "C" not null unique,
  kind text not null check (kind in ('vm', 'module', 'runtime', 'container', 'seat')),
  state text not null check (state in ('pending', 'placing', 'starting', 'running', 'stopping', 'stopped', 'failed')),
  state_since timestamptz not null default clock_timestamp(),
  desired text not null default 'running' check (desired in ('running', 'stopped', 'absent')),
  reason text,
  node_id uuid references node,
  provider_ref text,
  -- counts binds; with the id it names one start, so that a provider can tell a repeated step from a new one
  generation int not null default 0,
  cpu_cores float8 not null,
  memory_bytes int8 not null,
  disk_bytes int8 not null,
  gpu_count int not null default 0,
  gpu_milli int not null default 0,
  gpu_models text[] not null default '{}',
  gpu_indexes int[] not null default '{}',
  constraints jsonb not null default '{}',
  anti_affinity text generated always as (constraints->>'antiAffinity') stored,
  labels jsonb not null default '{}',
  priority int not null default 0,
  auto_place boolean not null default true,
  dataset_id uuid,
  trace_at timestamptz,
  compat jsonb,
  ${rowColumns}
);
create index workload_node on workload (node_id) where node_id is not null;
create index workload_anti_affinity on workload (anti_affinity, node_id) where anti_affinity is not null;
create index workload_unsettled on workload (state, priority desc, created_at)
  where state in ('pending', 'placing', 'starting', 'stopping', 'failed');
create index workload_state on workload (state, name);
${versioned('workload')}

-- The integers and texts that old protocols show for a thing. A released row keeps its text (old samples can still be
-- asked for by it) and gives its number back.
create table alias (
  dialect text not null,
  kind text not null,
  key text collate "C" not null,
  number int,
  subject_id uuid not null,
  released_at timestamptz,
  primary key (dialect, kind, subject_id)
);
create unique index alias_key on alias (dialect, kind, key) where released_at is null;
create unique index alias_number on alias (dialect, kind, number) where number is not null;
create index alias_past on alias (dialect, kind, key);
create table alias_counter (dialect text, kind text, next int not null default 1, primary key (dialect, kind));
create table alias_free (dialect text, kind text, number int, primary key (dialect, kind, number));

-- The lowest free number; the counter's row lock makes it unique under concurrency.
create function alias_take(p_dialect text, p_kind text) returns int language plpgsql as $$
declare taken int;
begin
  insert into alias_counter (dialect, kind) values (p_dialect, p_kind) on conflict do nothing;
  perform 1 from alias_counter where dialect = p_dialect and kind = p_kind for update;
  delete from alias_free f where f.dialect = p_dialect and f.kind = p_kind and f.number =
    (select min(m.number) from alias_free m where m.dialect = p_dialect and m.kind = p_kind) returning f.number into taken;
  if taken is null then
    update alias_counter set next = next + 1 where dialect = p_dialect and kind = p_kind returning next - 1 into taken;
  end if;
  return taken;
end $$;

create function alias_release(p_subject uuid) returns void language plpgsql as $$
begin
  perform 1 from alias_counter c where exists (select 1 from alias a where a.subject_id = p_subject
    and a.released_at is null and a.dialect = c.dialect and a.kind = c.kind) order by c.dialect, c.kind for update;
  insert into alias_free (dialect, kind, number)
    select dialect, kind, number from alias where subject_id = p_subject and released_at is null and number is not null;
  update alias set released_at = clock_timestamp(), number = null where subject_id = p_subject and released_at is null;
end $$;
`
