/** What the loops keep beside the inventory, and the world of the emulator. Unversioned: observations, not changes. */
export const sql = `
-- A node may be reported as unhealthy before it was ever seen well.
alter table node_observed alter column last_seen_at drop not null;
alter table node_observed add column unhealthy_since timestamptz;
alter table node_observed add column reason text;

-- Retention counts from arrival: a series that is sent in late is not old.
alter table sample add column arrived_on date not null default current_date;
create index sample_default_ts on sample_default using brin (ts);
-- With TimescaleDB the same table, under the same name, is a hypertable of daily chunks.
do $$
begin
  if exists (select 1 from pg_extension where extname = 'timescaledb') then
    alter table sample rename to sample_partitioned;
    alter index sample_subject_ts rename to sample_partitioned_subject_ts;
    create table sample (like sample_partitioned including defaults);
    execute 'select create_hypertable(''sample'', ''ts'', chunk_time_interval => interval ''1 day'', create_default_indexes => false)';
    insert into sample select * from sample_partitioned;
    drop table sample_partitioned;
    create index sample_subject_ts on sample (subject_id, ts);
  end if;
end $$;

-- Steps that failed and wait for their next attempt; the row goes when the workload runs.
create table workload_attempt (
  workload_id uuid primary key references workload on delete cascade,
  attempts int not null,
  not_before timestamptz not null,
  error text not null
);
-- What is being stopped or deleted; execute reads it often and it is nearly always empty.
create index workload_leaving on workload (id) where desired <> 'running' and state <> 'stopped';

-- The emulated clock showed emulated_seconds (since 1970) at anchored_at and has run at speed since.
create table emulator_world (
  provider_id uuid primary key references provider on delete cascade,
  anchored_at timestamptz not null default clock_timestamp(),
  emulated_seconds float8 not null,
  speed float8 not null
);
create table emulator_machine (
  provider_id uuid not null references provider on delete cascade,
  ref text collate "C" not null,
  workload_id uuid not null,
  name text not null,
  node_ref text collate "C" not null,
  demand jsonb not null,
  dataset_id uuid,
  start_seconds float8 not null,
  primary key (provider_id, ref)
);
create index emulator_machine_workload on emulator_machine (provider_id, workload_id);
create table emulator_step (
  provider_id uuid not null references provider on delete cascade,
  step_id uuid not null,
  answer jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (provider_id, step_id)
);
create index emulator_step_at on emulator_step (at);
-- Up to which emulated second the demonstration has let workloads arrive.
create table demo_arrivals (
  provider_id uuid primary key references provider on delete cascade,
  until_seconds float8 not null
);
`
