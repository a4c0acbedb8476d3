/** Agents that decide on the live system, and every question they were asked. */
export const sql = `
create table agent (
  id uuid primary key,
  name text collate "C" not null unique,
  mode text not null check (mode in ('shadow', 'approve', 'act')),
  enabled boolean not null default true,
  url text,
  rails jsonb not null,
  fenced_at timestamptz,
  fenced_reason text,
  seen_at timestamptz,
  -- answers in a row that a rail stopped
  refusals int not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  version int8 not null default 1
);
create table agent_turn (
  id uuid primary key,
  agent_id uuid not null references agent on delete cascade,
  at timestamptz not null default clock_timestamp(),
  due_at timestamptz not null,
  mode text not null,
  workload_id uuid not null,
  workload_name text not null,
  node_id uuid,
  node_name text,
  policy_node_name text,
  outcome text not null default 'open'
    check (outcome in ('open', 'waited', 'recorded', 'proposed', 'acted', 'refused', 'expired')),
  rail text,
  reason text,
  plan_id uuid,
  answered_at timestamptz
);
create index agent_turn_agent on agent_turn (agent_id, at);
create index agent_turn_answered on agent_turn (agent_id, answered_at);
create index agent_turn_plan on agent_turn (agent_id, plan_id) where plan_id is not null;
create unique index agent_turn_open on agent_turn (agent_id) where outcome = 'open';
create index agent_turn_waited on agent_turn (agent_id, workload_id) where outcome = 'waited';
`
