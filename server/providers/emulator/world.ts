/**
 * The emulated world in the database: it outlives the control plane, as a real one would, and every replica sees the
 * same. Only what was done to it is kept (the clock's anchor, the machines); all else follows from the configuration.
 */
import { sql } from 'kysely'
import type { Demand } from '@orrery/api/quantity.ts'
import type { EmulatorAnchor } from '@orrery/core/emulator/clock.ts'
import type { Handle } from '../../db/database.ts'

export type WorldMachine = {
  ref: string
  workloadId: string
  name: string
  nodeRef: string
  demand: Demand
  datasetId: string | null
  startSeconds: number
}

/**
 * The clock's anchor: made by whoever opens the world first, and moved when the configured speed has changed, so that
 * the clock never jumps.
 */
export async function worldAnchor(
  handle: Handle,
  providerId: string,
  begin: { wallMs: number; emulatedSeconds: number; speed: number },
): Promise<EmulatorAnchor> {
  const wall = sql`to_timestamp(${begin.wallMs}::float8 / 1000)`
  await sql`insert into emulator_world (provider_id, anchored_at, emulated_seconds, speed)
    values (${providerId}::uuid, ${wall}, ${begin.emulatedSeconds}, ${begin.speed}) on conflict do nothing`.execute(
    handle,
  )
  await sql`update emulator_world set anchored_at = ${wall}, speed = ${begin.speed},
      emulated_seconds = emulated_seconds + extract(epoch from ${wall} - anchored_at)::float8 * speed
    where provider_id = ${providerId}::uuid and speed <> ${begin.speed}`.execute(handle)
  const { rows } = await sql<EmulatorAnchor>`
    select extract(epoch from anchored_at)::float8 * 1000 as "wallMs", emulated_seconds as "emulatedSeconds", speed
    from emulator_world where provider_id = ${providerId}::uuid`.execute(handle)
  const anchor = rows[0]
  if (anchor === undefined) throw new Error(`the emulated world of ${providerId} was made but is not there`)
  return anchor
}

/** Every machine, in the order of their refs. */
export async function worldMachines(handle: Handle, providerId: string): Promise<WorldMachine[]> {
  const { rows } = await sql<WorldMachine>`
    select ref, workload_id as "workloadId", name, node_ref as "nodeRef", demand, dataset_id as "datasetId",
      start_seconds as "startSeconds"
    from emulator_machine where provider_id = ${providerId}::uuid order by ref`.execute(handle)
  return rows
}

type Answer = { providerRef: string | null }

/** What a step does, as one statement that runs only when the step was not applied before. */
export type WorldChange =
  | { kind: 'start'; machine: WorldMachine }
  | { kind: 'stop'; ref: string | null; workloadId: string }
  | { kind: 'migrate'; ref: string; nodeRef: string }
  | { kind: 'resize'; ref: string; demand: Demand }

/** Applies a step once: a repetition changes nothing and gets the first one's answer. All in one statement, so no half. */
export async function worldApply(
  handle: Handle,
  providerId: string,
  stepId: string,
  change: WorldChange,
  answer: Answer,
): Promise<Answer> {
  const first = sql`exists (select 1 from first_time)`
  const { rows } = await sql<{ answer: Answer }>`
    with first_time as (
      insert into emulator_step (provider_id, step_id, answer) values (${providerId}::uuid, ${stepId}::uuid, ${JSON.stringify(answer)}::jsonb)
      on conflict (provider_id, step_id) do nothing returning 1
    ), acted as (${actOf(providerId, change, first)})
    select answer from emulator_step where provider_id = ${providerId}::uuid and step_id = ${stepId}::uuid`.execute(
    handle,
  )
  // Nothing is visible when this statement wrote it, or another did at the same time: every answer follows from its step.
  return rows[0]?.answer ?? answer
}

function actOf(providerId: string, change: WorldChange, first: ReturnType<typeof sql>) {
  const ours = sql`provider_id = ${providerId}::uuid and ${first}`
  switch (change.kind) {
    case 'start': {
      const { machine } = change
      return sql`insert into emulator_machine (provider_id, ref, workload_id, name, node_ref, demand, dataset_id, start_seconds)
        select ${providerId}::uuid, ${machine.ref}::text, ${machine.workloadId}::uuid, ${machine.name}::text, ${machine.nodeRef}::text,
          ${JSON.stringify(machine.demand)}::jsonb, ${machine.datasetId}::uuid, ${machine.startSeconds}::float8 where ${first}
        on conflict do nothing returning 1`
    }
    case 'stop':
      return change.ref === null
        ? sql`delete from emulator_machine where ${ours} and workload_id = ${change.workloadId}::uuid returning 1`
        : sql`delete from emulator_machine where ${ours} and ref = ${change.ref} returning 1`
    case 'migrate':
      return sql`update emulator_machine set node_ref = ${change.nodeRef} where ${ours} and ref = ${change.ref} returning 1`
    case 'resize':
      return sql`update emulator_machine set demand = ${JSON.stringify(change.demand)}::jsonb where ${ours} and ref = ${change.ref} returning 1`
  }
}

/** Where a machine is, or null when there is none of that name. */
export async function machineNode(handle: Handle, providerId: string, ref: string): Promise<string | null> {
  const { rows } = await sql<{ node_ref: string }>`select node_ref from emulator_machine
    where provider_id = ${providerId}::uuid and ref = ${ref}`.execute(handle)
  return rows[0]?.node_ref ?? null
}

export async function stepApplied(
  handle: Handle,
  providerId: string,
  stepId: string,
): Promise<Answer | null> {
  const { rows } = await sql<{ answer: Answer }>`select answer from emulator_step
    where provider_id = ${providerId}::uuid and step_id = ${stepId}::uuid`.execute(handle)
  return rows[0]?.answer ?? null
}
