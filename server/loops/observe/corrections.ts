/**
 * What a provider runs and should not, or runs at another size than the inventory says. Both are read from the world,
 * so that a server that died in the middle of a step leaves nothing behind.
 */
import { sql } from 'kysely'
import type { MirrorWorkload } from '../../db/mirror/rows.ts'
import { workloadFind, demandOf } from '../../db/workload.ts'
import type { Observation, ObservedWorkload, Provider, ProviderRow } from '../../providers/provider.ts'
import { capabilitiesOf } from '../../verbs/provider/capabilities.ts'
import { record } from '../../verbs/transaction.ts'
import { errorText } from '../attempt.ts'
import { eachConcurrent } from '../breathe.ts'
import { fenced } from '../fenced.ts'
import type { LoopWork } from '../loop.ts'
import { stepId } from '../step-id.ts'
import type { Known } from './known.ts'

const width = 8
/** per round; the rest follow in the next ones */
const correctionsMax = 500

export async function correct(
  work: LoopWork,
  row: ProviderRow,
  provider: Provider,
  known: Known,
  observation: Observation,
): Promise<void> {
  const strangers = observation.workloads.filter(
    (each) => each.workloadId !== null && !known.machines.has(each.ref),
  )
  const orphans = await orphansOf(work, strangers.slice(0, correctionsMax))
  await eachConcurrent(orphans, width, work.signal, (orphan) => release(work, row, provider, known, orphan))
  if ((capabilitiesOf(work.ctx, row.id)?.resize ?? 'none') === 'none') return
  const resized = observation.workloads.flatMap((observed) => {
    const workload = known.machines.get(observed.ref)
    return workload !== undefined && observed.state === 'running' && sizeDiffers(workload, observed)
      ? [{ workload, observed }]
      : []
  })
  await eachConcurrent(resized.slice(0, correctionsMax), width, work.signal, ({ workload, observed }) =>
    resize(work, provider, known, workload, observed),
  )
}

/**
 * Machines that the inventory has let go of: their workload was started anew, moved, unbound or deleted. Asked of the
 * database, since the mirror may be a moment behind; a workload that is being placed or stopped is the execute loop's.
 * One that this inventory never knew is somebody else's machine.
 */
async function orphansOf(
  work: LoopWork,
  strangers: readonly ObservedWorkload[],
): Promise<ObservedWorkload[]> {
  if (strangers.length === 0) return []
  const { rows } = await sql<{ ref: string }>`
    select s.ref from unnest(${strangers.map((each) => each.ref)}::text[], ${strangers.map((each) => each.workloadId)}::uuid[]) as s (ref, id)
    left join workload w on w.id = s.id
    where case when w.id is null then exists (select 1 from workload_history h where h.id = s.id)
      else w.state <> 'placing' and not (w.state = 'stopping' and w.provider_ref is null) and w.provider_ref is distinct from s.ref end`.execute(
    work.ctx.database.db,
  )
  const refs = new Set(rows.map((row) => row.ref))
  return strangers.filter((each) => refs.has(each.ref))
}

async function release(
  work: LoopWork,
  row: ProviderRow,
  provider: Provider,
  known: Known,
  orphan: ObservedWorkload,
): Promise<void> {
  const { ctx, signal } = work
  const { workloadId } = orphan
  if (workloadId === null) return
  try {
    await provider.apply(
      {
        id: stepId('release', row.id, orphan.ref),
        kind: 'stop',
        workload: {
          id: workloadId,
          name: orphan.name,
          demand: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpu: { count: 0, milli: 0, models: [] } },
          providerRef: orphan.ref,
          datasetId: null,
        },
        node: {
          id: known.nodes.get(orphan.nodeRef)?.id ?? '',
          name: known.nodes.get(orphan.nodeRef)?.name ?? orphan.nodeRef,
          providerRef: orphan.nodeRef,
        },
      },
      signal,
    )
    await fenced(work, (tx) =>
      record(tx, ctx, 'workload.release', {
        subject: { kind: 'workload', id: workloadId, name: orphan.name },
        before: { machine: orphan.ref, node: orphan.nodeRef },
        reason: `machine ${orphan.ref} was stopped: no workload is placed there any more`,
      }),
    )
    ctx.feedNudge()
  } catch (error) {
    ctx.log.warn(
      { machine: orphan.ref, provider: row.name, err: errorText(error) },
      'a machine that is not wanted could not be stopped; it is tried again',
    )
  }
}

function sizeDiffers(workload: MirrorWorkload, { size }: ObservedWorkload): boolean {
  return size !== null && (size.cpuCores !== workload.cpuCores || size.memoryBytes !== workload.memoryBytes)
}

async function resize(
  work: LoopWork,
  provider: Provider,
  known: Known,
  workload: MirrorWorkload,
  observed: ObservedWorkload,
): Promise<void> {
  const { ctx, signal } = work
  const row = await workloadFind(ctx.database.db, workload.id)
  const node = known.nodes.get(observed.nodeRef)
  if (row === null || node === undefined || row.provider_ref !== observed.ref) return
  const demand = demandOf(row)
  try {
    await provider.apply(
      {
        id: stepId('resize', row.id, row.version),
        kind: 'resize',
        workload: {
          id: row.id,
          name: row.name,
          demand,
          providerRef: observed.ref,
          datasetId: row.dataset_id,
        },
        node: { id: node.id, name: node.name, providerRef: observed.nodeRef },
      },
      signal,
    )
  } catch (error) {
    ctx.log.warn(
      { workload: row.name, err: errorText(error) },
      'a workload could not be resized where it runs; it is tried again',
    )
  }
}
