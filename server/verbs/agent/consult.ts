/**
 * An agent that is an ML server of the original's installation: it does not ask us, we ask it, one workload after the
 * other, within a time. What it has no usable answer for is the active policy's.
 */
import type { AgentQuestion } from '@orrery/api/agent.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import { type AgentRow, agentFind, turnEnd, turnFind } from '../../db/agent.ts'
import { type MlAnswer, mlPlace } from '../../ml-server.ts'
import type { Ctx } from '../context.ts'
import { record, transaction } from '../transaction.ts'
import { agentAct, stopCount } from './act.ts'
import { agentAsk } from './ask.ts'
import { type AgentRound, agentRound } from './round.ts'

const answerMsMax = 2000
const roundMax = 50
const roundMsMax = 4000

type Turn = NonNullable<AgentQuestion['turn']>

/**
 * Asks it for what waits, until nothing does, it is put out, or it has taken so long that the others of the round should
 * not wait for it any more. Gives how many turns there were.
 */
export async function agentConsult(
  ctx: Ctx,
  agent: AgentRow,
  signal: AbortSignal,
  round: AgentRound = agentRound(ctx),
): Promise<number> {
  const endsMs = performance.now() + roundMsMax
  for (let turns = 0; turns < roundMax && !signal.aborted; turns += 1) {
    if (turns > 0 && performance.now() > endsMs) return turns
    const { turn } = await agentAsk(ctx, agent.id, round)
    if (turn === null) return turns
    await turnTake(ctx, agent, turn, signal)
  }
  return roundMax
}

async function turnTake(ctx: Ctx, agent: AgentRow, turn: Turn, signal: AbortSignal): Promise<void> {
  const numbers = numbersOf(ctx, turn)
  // There is nothing to choose from: whatever it answered would count against it.
  if (numbers.size === 0) return answered(ctx, agent, turn.id, numbers, { kind: 'none' })
  const answer = await mlPlace(
    `${(agent.url ?? '').replace(/\/$/, '')}/api/place`,
    { question: questionText(ctx, turn, numbers), hostIds: [...numbers.keys()] },
    signal,
    answerMsMax,
  )
  if (signal.aborted) return
  if (answer.kind === 'silent') await unanswered(ctx, agent, turn.id, answer.why)
  else await answered(ctx, agent, turn.id, numbers, answer)
}

/** The numbers its dialect has for the nodes with room: those that its facade shows, and higher ones for the others. */
function numbersOf(ctx: Ctx, turn: Turn): Map<bigint, string> {
  const open = turn.nodes.filter((_, at) => turn.mask[at] === 1)
  const known = open.map(({ id }) => ctx.mirror.nodes.get(id)?.aliasNumber ?? null)
  let next = 0
  for (const { aliasNumber } of ctx.mirror.nodes.values()) next = Math.max(next, aliasNumber ?? 0)
  return new Map(
    open.map(({ id }, at) => {
      const number = known[at] ?? (next += 1)
      return [BigInt(number), id] as const
    }),
  )
}

function questionText(ctx: Ctx, { workload }: Turn, numbers: ReadonlyMap<bigint, string>): string {
  const { demand } = workload
  const mebibyte = 1024 ** 2
  const capacity = {
    CPU: demand.cpuCores,
    DISK_SIZE: Math.ceil(demand.diskBytes / mebibyte),
    MEMORY: Math.ceil(demand.memoryBytes / mebibyte),
  }
  const number = ctx.mirror.workloads.get(workload.id)?.aliasNumber ?? 0
  const template = { LOGO: '', LXD_SECURITY_PRIVILEGED: '', SCHED_REQUIREMENTS: '' }
  return JSON.stringify({
    CAPACITY: capacity,
    HOST_IDS: Array.from(numbers.keys(), Number),
    ID: number,
    STATE: 'PENDING',
    USER_TEMPLATE: template,
  })
}

async function answered(
  ctx: Ctx,
  agent: AgentRow,
  turn: Turn['id'],
  numbers: ReadonlyMap<bigint, string>,
  answer: Exclude<MlAnswer, { kind: 'silent' }>,
): Promise<void> {
  const node = answer.kind === 'none' ? null : (numbers.get(answer.hostId) ?? null)
  try {
    await agentAct(ctx, agent.id, { turn, node })
  } catch (error) {
    // Somebody else placed it, or put the agent out, while it thought.
    if (!(error instanceof OrreryError && error.code === 'conflict')) throw error
  }
}

async function unanswered(ctx: Ctx, agent: AgentRow, turnId: string, why: string): Promise<void> {
  const stopped = { rail: 'answer' as const, reason: `The ML server gave no usable answer: ${why}.` }
  await transaction(ctx, async (tx) => {
    const held = await agentFind(tx, agent.id, true)
    const open = await turnFind(tx, turnId)
    if (held === null || open?.outcome !== 'open') return
    await turnEnd(tx, turnId, {
      outcome: 'refused',
      ...stopped,
      node_id: null,
      node_name: null,
      plan_id: null,
    })
    await record(tx, ctx, 'agent.act', {
      subject: { kind: 'agent', id: agent.id, name: agent.name },
      after: { mode: agent.mode, workload: open.workload_name, outcome: 'refused', rail: 'answer' },
      reason: stopped.reason,
    })
    await stopCount(tx, ctx, held, stopped)
  })
  ctx.feedNudge()
  ctx.nudge('plan')
}
