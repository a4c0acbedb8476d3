/**
 * Runs of the twin, with what came of each policy and seed. How far a run is, its operation says; the state is kept here
 * too, for when the operation is gone. A plan that puts back another one names it.
 */
export const sql = `
create table run (
  id uuid primary key,
  name text collate "C" not null unique,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  source jsonb not null,
  policies jsonb not null,
  seeds int8[] not null,
  horizon_seconds float8,
  unplaced text not null check (unplaced in ('wait', 'reject')),
  anew boolean not null,
  optimise jsonb,
  forked_at timestamptz,
  node_count int,
  workload_count int,
  operation_id uuid not null,
  error text,
  actor_name text,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
create index run_created_at on run (created_at);
create table run_result (
  run_id uuid not null references run on delete cascade,
  ordinal int not null,
  policy text not null,
  seed int8 not null,
  took_ms float8 not null,
  figures jsonb not null,
  allocated jsonb not null,
  change_count int not null,
  waiting_count int not null,
  curve jsonb not null,
  changes jsonb not null,
  nodes jsonb not null,
  primary key (run_id, ordinal)
);

alter table plan add column rolls_back uuid;
create unique index plan_rolls_back on plan (rolls_back) where rolls_back is not null and state not in ('refused', 'failed');
`
