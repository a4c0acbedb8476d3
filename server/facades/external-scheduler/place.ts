/** One question, answered: for each VM an ML server if one is named, else the planner; who finds no place is left out. */
import { bytesMax, cpuCoresMax, type Demand } from '@orrery/api/quantity.ts'
import type { Ctx } from '../../verbs/context.ts'
import { type Adviser, adviserOpen } from '../../verbs/plan/advise.ts'
import { type Matching, matchingOf } from './matching.ts'
import type { MlServer } from './ml-server.ts'
import type { AskedVm } from './structs.ts'

export type Placed = { vmId: bigint; hostId: bigint }

type Question = { ctx: Ctx; adviser: Adviser; matching: Matching; hostIdOf: ReadonlyMap<string, bigint> }
type Answer = { hostId: bigint | null; message: string }

/** Silent answers of an ML server after which the rest of a question goes to the planner alone. */
const silentMax = 2
/** Answering must not keep other calls waiting for longer than this at a time. */
const turnMsMax = 10

export async function placeAll(
  ctx: Ctx,
  vms: readonly AskedVm[],
  ml: MlServer | null,
  signal: AbortSignal,
): Promise<Placed[]> {
  const matching = matchingOf(ctx, new Set(vms.flatMap((vm) => vm.HOST_IDS)))
  const hostIdOf = new Map(Array.from(matching.nodes, ([hostId, nodeId]) => [nodeId, hostId]))
  const question: Question = { ctx, adviser: await adviserOpen(ctx), matching, hostIdOf }
  const placed: Placed[] = []
  const answers: { name: string; node: string | null; message: string }[] = []
  let silent = 0
  let turnStarted = performance.now()
  for (const vm of vms) {
    signal.throwIfAborted()
    let answer: Answer | null = null
    if (ml !== null && silent < silentMax) {
      answer = await byMl(question, vm, ml, signal)
      silent = answer === null ? silent + 1 : 0
    }
    answer ??= byPlanner(question, vm)
    if (answer.hostId !== null) placed.push({ vmId: vm.ID, hostId: answer.hostId })
    answers.push({
      name: `VM ${vm.ID}`,
      node: answer.hostId === null ? null : `host ${answer.hostId}`,
      message: answer.message,
    })
    if (performance.now() - turnStarted > turnMsMax) {
      await new Promise((resolve) => setImmediate(resolve))
      turnStarted = performance.now()
    }
  }
  await question.adviser.record(answers)
  return placed
}

/** Null when it gave no usable answer and the planner is to choose. */
async function byMl(
  { ctx, adviser, matching }: Question,
  vm: AskedVm,
  ml: MlServer,
  signal: AbortSignal,
): Promise<Answer | null> {
  const answer = await ml.place(vm, signal)
  switch (answer.kind) {
    case 'silent':
      ctx.log.warn(
        { url: ml.url, vm: String(vm.ID), why: answer.why },
        'the ML server gave no usable answer; the planner chooses',
      )
      return null
    case 'none':
      return { hostId: null, message: 'The ML server found no host.' }
    case 'host': {
      const nodeId = matching.nodes.get(answer.hostId)
      if (nodeId !== undefined) adviser.reserve(askOf(vm, matching, [nodeId]), nodeId)
      return { hostId: answer.hostId, message: 'Chosen by the ML server.' }
    }
  }
}

function byPlanner({ adviser, matching, hostIdOf }: Question, vm: AskedVm): Answer {
  const nodeIds = vm.HOST_IDS.flatMap((hostId) => matching.nodes.get(hostId) ?? [])
  if (nodeIds.length === 0) return { hostId: null, message: 'None of its hosts is in the inventory.' }
  const { nodeId, message } = adviser.choose(askOf(vm, matching, nodeIds))
  return { hostId: nodeId === null ? null : (hostIdOf.get(nodeId) ?? null), message }
}

function askOf(vm: AskedVm, matching: Matching, nodeIds: readonly string[]) {
  const workloadId = matching.workloadOf(vm.ID)
  return {
    name: `VM ${vm.ID}`,
    demand: demandOf(vm),
    nodeIds,
    ...(workloadId === undefined ? {} : { workloadId }),
  }
}

/** OpenNebula's units: CPU in cores, MEMORY in KiB, DISK_SIZE in MiB. */
function demandOf({ CAPACITY: capacity }: AskedVm): Demand {
  const bytes = (count: bigint, unit: number) => Math.min(Math.max(0, Number(count) * unit), bytesMax)
  return {
    cpuCores: Math.min(Math.max(0, capacity.CPU), cpuCoresMax),
    memoryBytes: bytes(capacity.MEMORY, 1024),
    diskBytes: bytes(capacity.DISK_SIZE, 1024 ** 2),
    gpu: { count: 0, milli: 0, models: [] },
  }
}
