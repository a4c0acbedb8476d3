import type { AgentAnswer, AgentTurn } from '@orrery/api/agent.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import type { NodeId } from '@orrery/api/id.ts'
import type { PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { type PlacementDecision, decide } from '@orrery/core/planner/decide.ts'
import { sql } from 'kysely'
import {
  type AgentRow,
  type AgentTurnRow,
  agentFind,
  agentSeen,
  placesLately,
  turnEnd,
  turnFind,
  turnItem,
} from '../../db/agent.ts'
import type { MirrorNode } from '../../db/mirror/rows.ts'
import { stepsAhead } from '../../db/plan-open.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { type Chooser, chooserOf, decisionWrite } from '../plan/decide.ts'
import { imagine } from '../plan/imagine.ts'
import { plannerWorkload } from '../plan/live.ts'
import { nodeNamed } from '../plan/named.ts'
import { waitsForApproval } from '../plan/words.ts'
import { planWriteIn, stepOf } from '../plan/write.ts'
import { settle } from '../settle.ts'
import { type Tx, record, transaction } from '../transaction.ts'
import { assertIn, assertOwn } from './ask.ts'
import { agentFenceIn, agentOrigin } from './fence.ts'
import { type Stopped, railOfDecision, railOfRate, railOfSite, railsOfWorkload } from './rails.ts'

/**
 * An agent's answer. Every one is kept with what became of it; one that a rail stops changes nothing, and too many of
 * those in a row fence the agent.
 */
export async function agentAct(ctx: Ctx, ref: string, answer: AgentAnswer): Promise<AgentTurn> {
  requireRole(ctx, 'agent')
  const agent = found(await agentFind(ctx.database.db, ref), 'agent', ref)
  assertOwn(ctx, agent)
  const node = answer.node === null ? null : await nodeAnswered(ctx, answer.node)
  const { turn, changed } = await transaction(ctx, async (tx) => {
    const held = found(await agentFind(tx, agent.id, true), 'agent', ref)
    assertIn(held)
    const open = await turnFind(tx, answer.turn)
    if (open === null || open.agent_id !== held.id || open.outcome !== 'open')
      return answeredLate(tx, ctx, held, open)
    await agentSeen(tx, held.id)
    if (node === null) return waited(tx, ctx, held, open)
    return answered(tx, ctx, held, open, node)
  })
  if (changed.length > 0) await settle(ctx, { workloads: changed })
  else ctx.feedNudge()
  if (turn === null)
    throw new OrreryError(
      'conflict',
      'That turn is over, or was never open for this agent. Ask for another: POST /agents/{ref}/ask.',
    )
  if (turn.outcome === 'acted') ctx.nudge('apply')
  // What the agent may not or would not decide is the active policy's now.
  if (turn.outcome === 'refused' || turn.outcome === 'waited') ctx.nudge('plan')
  return turnItem(turn)
}

/** `unknown`: there is no such node, which is an answer that a rail stops. */
type Answered = MirrorNode | { unknown: string }

async function nodeAnswered(ctx: Ctx, ref: string): Promise<Answered> {
  try {
    return await nodeNamed(ctx, ref)
  } catch (error) {
    if (error instanceof OrreryError && error.code === 'not_found') return { unknown: ref }
    throw error
  }
}

type Ended = { turn: AgentTurnRow | null; changed: string[] }

async function answeredLate(tx: Tx, ctx: Ctx, agent: AgentRow, turn: AgentTurnRow | null): Promise<Ended> {
  await stopCount(tx, ctx, agent, {
    rail: 'turn',
    reason: `It answered a turn that is over${turn === null ? '' : `, ${turn.outcome}`}.`,
  })
  return { turn: null, changed: [] }
}

async function waited(tx: Tx, ctx: Ctx, agent: AgentRow, open: AgentTurnRow): Promise<Ended> {
  await answersGood(tx, agent.id)
  return { turn: await end(tx, ctx, agent, open, { outcome: 'waited' }), changed: [] }
}

async function answered(
  tx: Tx,
  ctx: Ctx,
  agent: AgentRow,
  open: AgentTurnRow,
  node: Answered,
): Promise<Ended> {
  const name =
    'unknown' in node
      ? { node_id: null, node_name: node.unknown }
      : { node_id: node.id, node_name: node.name }
  const weighed = await weigh(tx, ctx, agent, open, node)
  if ('stopped' in weighed) {
    const turn = await end(tx, ctx, agent, open, { ...name, outcome: 'refused', ...weighed.stopped })
    // What somebody else did while it thought is no fault of its.
    if (weighed.stopped.rail !== 'turn') await stopCount(tx, ctx, agent, weighed.stopped)
    return { turn, changed: [] }
  }
  await answersGood(tx, agent.id)
  if (agent.mode === 'shadow')
    return {
      turn: await end(tx, ctx, agent, open, { ...name, outcome: 'recorded' }),
      changed: [],
    }
  const isActing = agent.mode === 'act'
  const { decision, chooser } = weighed
  const kept = decisionWrite(decision, chooser, null)
  const steps = [stepOf(1, decision, kept.id, null)]
  const planId = await planWriteIn(tx, ctx, null, {
    origin: agentOrigin(agent.name),
    state: isActing ? 'approved' : 'proposed',
    reason: `Agent ${agent.name} chose ${decision.chosen?.nodeName} for ${open.workload_name}.`,
    steps,
    decisions: [kept],
  })
  const waiting = isActing ? [] : [...(await waitsForApproval(tx, planId, steps))]
  const turn = await end(tx, ctx, agent, open, {
    ...name,
    outcome: isActing ? 'acted' : 'proposed',
    reason: decision.message,
    plan_id: planId,
  })
  return { turn, changed: waiting }
}

type Weighed = { stopped: Stopped } | { decision: PlacementDecision; chooser: Chooser }

/** The rails in order, and last the planner itself on that one node, with what open plans will take counted as taken. */
async function weigh(
  tx: Tx,
  ctx: Ctx,
  agent: AgentRow,
  open: AgentTurnRow,
  node: Answered,
): Promise<Weighed> {
  if ('unknown' in node) return { stopped: { rail: 'node', reason: `There is no node '${node.unknown}'.` } }
  const row = ctx.mirror.workloads.get(open.workload_id)
  if (row === undefined || !ctx.planner.waiting.has(row.id))
    return { stopped: { rail: 'turn', reason: `Workload '${open.workload_name}' does not wait any more.` } }
  const ahead = await stepsAhead(tx)
  if (ahead.some(({ workloadId }) => workloadId === row.id))
    return { stopped: { rail: 'turn', reason: `Workload '${row.name}' is in another plan already.` } }
  const inventory = imagine(ctx, ahead)
  const index = inventory.indexes.get(node.id)
  if (index === undefined) return { stopped: { rail: 'node', reason: `Node '${node.name}' is gone.` } }
  const stopped =
    railsOfWorkload(agent.rails, row) ??
    railOfSite(agent.rails, inventory, index) ??
    railOfRate(agent.rails, await placesLately(tx, agent.id))
  if (stopped !== null) return { stopped }
  const chooser = chooserOfAgent(agent)
  const workload = plannerWorkload(row)
  const decision = decide(inventory, restricted(workload, node.id as NodeId), chooser.policy)
  const against = railOfDecision(decision)
  if (against !== null) return { stopped: against }
  // The planner was asked about that one node only; what it says of others would mislead.
  const message = `Placed on ${node.name}, which agent ${agent.name} chose.`
  return { decision: { ...decision, message }, chooser }
}

function restricted(workload: PlannerWorkload, nodeId: NodeId): PlannerWorkload {
  const { nodeIds } = workload.constraints
  // A node that the workload itself does not name stays out of the question.
  const allowed = nodeIds === undefined || nodeIds.includes(nodeId) ? [nodeId] : []
  return { ...workload, constraints: { ...workload.constraints, nodeIds: allowed } }
}

/** The agent stands where a policy stands in the decisions that are kept. */
function chooserOfAgent(agent: AgentRow): Chooser {
  const never = {
    id: '',
    weights: {},
    network: null,
    mode: 'approve' as const,
    seed: 0,
    active: false,
    created_at: '',
    changed_at: '',
  }
  const chooser = chooserOf({ ...never, name: 'first-fit', algorithm: 'first-fit', version: 0 }, 'agent')
  return { ...chooser, row: { ...chooser.row, name: agentOrigin(agent.name), algorithm: 'agent' } }
}

async function end(
  tx: Tx,
  ctx: Ctx,
  agent: AgentRow,
  open: AgentTurnRow,
  how: Pick<AgentTurnRow, 'outcome'> & Partial<Omit<AgentTurnRow, 'outcome'>>,
): Promise<AgentTurnRow> {
  const turn = await turnEnd(tx, open.id, {
    outcome: how.outcome,
    rail: how.rail ?? null,
    reason: how.reason ?? null,
    node_id: how.node_id ?? null,
    node_name: how.node_name ?? null,
    plan_id: how.plan_id ?? null,
  })
  await record(tx, ctx, 'agent.act', {
    subject: { kind: 'agent', id: agent.id, name: agent.name },
    after: {
      mode: agent.mode,
      workload: open.workload_name,
      node: turn.node_name,
      outcome: turn.outcome,
      rail: turn.rail,
      planId: turn.plan_id,
    },
    reason: turn.reason,
  })
  return turn
}

async function answersGood(tx: Tx, agentId: string): Promise<void> {
  await sql`update agent set refusals = 0 where id = ${agentId}::uuid and refusals > 0`.execute(tx)
}

export async function stopCount(tx: Tx, ctx: Ctx, agent: AgentRow, stopped: Stopped): Promise<void> {
  const count = agent.refusals + 1
  if (count < agent.rails.refusalsMost) {
    await sql`update agent set refusals = ${count}::int where id = ${agent.id}::uuid`.execute(tx)
    return
  }
  await agentFenceIn(tx, ctx, agent, `${count} answers in a row were stopped; the last: ${stopped.reason}`)
}
