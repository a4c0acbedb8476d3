import type { TaskRow } from '../../db/execution.ts'
import { demandOf } from '../../db/workload.ts'
import type { Provider, ProviderRow, ProviderStep } from '../../providers/provider.ts'
import type { Ctx } from '../../verbs/context.ts'
import { capabilitiesOf } from '../../verbs/provider/capabilities.ts'
import { errorText, isPassing } from '../attempt.ts'
import { stepId } from '../step-id.ts'

export type Outcome =
  | { kind: 'started'; task: TaskRow; providerRef: string | null; nothingToStart: boolean }
  | { kind: 'stopped'; task: TaskRow }
  | { kind: 'failed'; task: TaskRow; error: string; passing: boolean }

export type Reach = {
  ctx: Ctx
  /** a provider of the inventory that is switched on; throws `unavailable` when it is not */
  provider(id: string): Promise<{ row: ProviderRow; provider: Provider }>
  /** the run's own; a step has its deadline on top */
  signal: AbortSignal
  deadlineMs: number
}

/** Has one workload's machine started or stopped. Touches nothing in the inventory: the outcome is recorded by others. */
export async function perform(reach: Reach, task: TaskRow): Promise<Outcome> {
  try {
    return task.state === 'placing' ? await start(reach, task) : await stop(reach, task)
  } catch (error) {
    return { kind: 'failed', task, error: errorText(error), passing: isPassing(error) }
  }
}

async function start(reach: Reach, task: TaskRow): Promise<Outcome> {
  const { provider } = await reach.provider(task.provider_id)
  const capabilities = capabilitiesOf(reach.ctx, task.provider_id)
  if (capabilities?.start !== true) return { kind: 'started', task, providerRef: null, nothingToStart: true }
  const { previous } = task
  const moves =
    previous !== null &&
    capabilities.migrate !== 'none' &&
    previous.providerId === task.provider_id &&
    previous.nodeId !== task.node_id &&
    previous.state === 'running' &&
    previous.nodeState !== 'unreachable'
  const base = stepOf(task, moves ? 'migrate' : 'start')
  const step: ProviderStep = moves
    ? {
        ...base,
        workload: { ...base.workload, providerRef: previous.providerRef },
        fromNode: { id: previous.nodeId, name: previous.nodeName, providerRef: previous.nodeRef },
      }
    : base
  const applied = await apply(reach, provider, step)
  if (!moves) await leavePrevious(reach, task)
  return { kind: 'started', task, providerRef: applied.providerRef, nothingToStart: false }
}

async function stop(reach: Reach, task: TaskRow): Promise<Outcome> {
  const { provider } = await reach.provider(task.provider_id)
  if (capabilitiesOf(reach.ctx, task.provider_id)?.start === true) {
    await apply(reach, provider, stepOf(task, 'stop'))
  }
  await leavePrevious(reach, task)
  return { kind: 'stopped', task }
}

/**
 * Stops the machine that the earlier placement left. When that cannot be done now (its node is away), the observe loop
 * finds the machine again as one that nobody wants.
 */
async function leavePrevious(reach: Reach, task: TaskRow): Promise<void> {
  const { previous } = task
  if (previous === null) return
  try {
    const { provider } = await reach.provider(previous.providerId)
    await apply(reach, provider, {
      ...stepOf(task, 'stop'),
      id: stepId('leave', task.id, previous.providerRef),
      workload: { ...stepOf(task, 'stop').workload, providerRef: previous.providerRef },
      node: { id: previous.nodeId, name: previous.nodeName, providerRef: previous.nodeRef },
    })
  } catch (error) {
    reach.ctx.log.warn(
      { workload: task.name, machine: previous.providerRef, err: errorText(error) },
      'a machine that was left behind could not be stopped yet',
    )
  }
}

/** Stops a machine that was started for a placement that did not hold until it could be recorded. */
export async function takeBack(reach: Reach, task: TaskRow, providerRef: string): Promise<void> {
  try {
    const { provider } = await reach.provider(task.provider_id)
    const step = stepOf(task, 'stop')
    await apply(reach, provider, {
      ...step,
      id: stepId('leave', task.id, providerRef),
      workload: { ...step.workload, providerRef },
    })
  } catch (error) {
    reach.ctx.log.warn(
      { workload: task.name, machine: providerRef, err: errorText(error) },
      'a machine that is not wanted any more could not be stopped yet',
    )
  }
}

function apply(reach: Reach, provider: Provider, step: ProviderStep) {
  return provider.apply(step, AbortSignal.any([reach.signal, AbortSignal.timeout(reach.deadlineMs)]))
}

/** The generation names the placement, so a step of a newer one is another step. */
function stepOf(task: TaskRow, kind: 'start' | 'migrate' | 'stop'): ProviderStep {
  return {
    id: stepId(kind === 'stop' ? 'stop' : 'start', task.id, task.generation),
    kind,
    workload: {
      id: task.id,
      name: task.name,
      demand: demandOf(task),
      providerRef: task.provider_ref,
      datasetId: task.dataset_id,
    },
    node: { id: task.node_id, name: task.node_name, providerRef: task.node_ref },
  }
}
