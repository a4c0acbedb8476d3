import { OrreryError } from '@orrery/api/errors.ts'
import type { Demand, DemandInput } from '@orrery/api/quantity.ts'
import type { Workload, WorkloadCreate } from '@orrery/api/workload.ts'
import { eventInsert } from '../../db/event.ts'
import { idNew } from '../../db/id.ts'
import { workloadFind, workloadItem } from '../../db/workload.ts'
import { type WorkloadInsert, workloadsInsert } from '../../db/workload-insert.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { settle } from '../settle.ts'
import { type Tx, transaction } from '../transaction.ts'

export type WorkloadCreateOptions = {
  /** the text id its clients use; any text, '' included; by default the name */
  aliasKey?: string
  /** kept as written, to read back to those clients (their units, negative sizes) */
  compat?: Record<string, unknown>
  datasetId?: string
  /** the trace's own instant of its arrival */
  traceAt?: string
}

type Wanted = { input: WorkloadCreate; options?: WorkloadCreateOptions }

/** Creates a pending workload. The plan loop finds it a node unless `autoPlace` is false. */
export async function workloadCreate(
  ctx: Ctx,
  input: WorkloadCreate,
  options: WorkloadCreateOptions = {},
): Promise<Workload> {
  requireRole(ctx, 'operator')
  const workload = await transaction(ctx, async (tx) => {
    const [id] = await workloadsCreateIn(tx, ctx, [{ input, options }])
    const row = id === undefined ? null : await workloadFind(tx, id)
    if (row === null) throw new Error('a workload that was just inserted is not there')
    return workloadItem(row)
  })
  await settle(ctx, { workloads: [workload.id] })
  ctx.nudge('plan')
  return workload
}

/** Many workloads in one transaction; returns their ids in order. For imports and seeds: all or none. */
export async function workloadCreateMany(ctx: Ctx, workloads: Wanted[]): Promise<string[]> {
  requireRole(ctx, 'operator')
  const ids = await transaction(ctx, (tx) => workloadsCreateIn(tx, ctx, workloads))
  await settle(ctx, { workloads: ids })
  ctx.nudge('plan')
  return ids
}

async function workloadsCreateIn(tx: Tx, ctx: Ctx, workloads: Wanted[]): Promise<string[]> {
  const inserts = workloads.map(({ input, options }): WorkloadInsert => ({
    id: idNew<'workload'>(),
    name: input.name,
    kind: input.kind ?? 'vm',
    demand: demandOf(input.demand),
    constraints: input.constraints ?? {},
    labels: input.labels ?? {},
    priority: input.priority ?? 0,
    autoPlace: input.autoPlace ?? true,
    datasetId: options?.datasetId ?? null,
    traceAt: options?.traceAt ?? ctx.traceAt ?? null,
    reason: (input.autoPlace ?? true) ? 'waiting for the planner' : 'waiting to be bound',
    compat: options?.compat ?? null,
    aliasKey: options?.aliasKey ?? input.name,
  }))
  await workloadsInsert(tx, inserts)
  await eventInsert(
    tx,
    inserts.map((workload) => ({
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
      verb: 'workload.create',
      subjectKind: 'workload',
      subjectId: workload.id,
      subjectName: workload.name,
      after: {
        name: workload.name,
        kind: workload.kind,
        state: 'pending',
        demand: workload.demand,
        constraints: workload.constraints,
      },
      traceAt: workload.traceAt,
    })),
  )
  return inserts.map((workload) => workload.id)
}

/** A demand with its defaults; a share of a device is of one device. */
export function demandOf(input: DemandInput): Demand {
  const count = input.gpu?.count ?? 0
  const milli = count === 0 ? 0 : (input.gpu?.milli ?? 1000)
  if (count > 1 && milli < 1000) {
    throw new OrreryError(
      'invalid',
      '`demand.gpu`: a share (`milli` below 1000) is of one device. Ask for `count` 1, or for whole devices with `milli` 1000.',
      { pointer: '/demand/gpu' },
    )
  }
  return {
    cpuCores: input.cpuCores,
    memoryBytes: input.memoryBytes,
    diskBytes: input.diskBytes ?? 0,
    gpu: { count, milli, models: count === 0 ? [] : (input.gpu?.models ?? []) },
  }
}
