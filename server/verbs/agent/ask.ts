import type { AgentQuestion } from '@orrery/api/agent.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import type { AgentTurnId, NodeId, WorkloadId } from '@orrery/api/id.ts'
import { type Request, requestCreate } from '@orrery/core/inventory/request.ts'
import type { PlannerInventory } from '@orrery/core/inventory/model.ts'
import { decide } from '@orrery/core/planner/decide.ts'
import { filters } from '@orrery/core/planner/filters.ts'
import { liveObservation } from '@orrery/core/twin/environment/placement/live.ts'
import {
  type AgentRow,
  type AgentTurnRow,
  agentFind,
  agentSeen,
  agentStateOf,
  placesLately,
  turnOpen,
} from '../../db/agent.ts'
import { idNew } from '../../db/id.ts'
import { stepsAhead } from '../../db/plan-open.ts'
import { policyActive } from '../../db/policy.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { chooserOf } from '../plan/decide.ts'
import { transaction } from '../transaction.ts'
import { railOfRate, railOfSite } from './rails.ts'
import { type AgentRound, agentRound } from './round.ts'
import { type Waiting, agentWaiting } from './scope.ts'

/** How many in line count as a full line. */
const lineMost = 32

/**
 * What there is to decide for it. Whoever asks again before an answer is asked something else. Of a round that others are
 * asked in too, what one of them was asked for is left out.
 */
export async function agentAsk(
  ctx: Ctx,
  ref: string,
  round: AgentRound = agentRound(ctx),
): Promise<AgentQuestion> {
  requireRole(ctx, 'agent')
  const agent = found(await agentFind(ctx.database.db, ref), 'agent', ref)
  assertOwn(ctx, agent)
  assertIn(agent)
  const ahead = await stepsAhead(ctx.database.db)
  const waiting = (await agentWaiting(ctx, agent)).filter(({ row }) => !round.asked.has(row.id))
  const [first] = waiting
  // What is only recorded gets in nobody's way.
  if (first !== undefined && agent.mode !== 'shadow') round.asked.add(first.row.id)
  const imagined = round.imagined(ahead)
  const policyNodeName = first === undefined ? null : await policyChoice(ctx, imagined, first)
  const mayPlace = railOfRate(agent.rails, await placesLately(ctx.database.db, agent.id)) === null
  const turn = await transaction(ctx, async (tx) => {
    // Fenced or turned off a moment ago, it opens nothing.
    assertIn(found(await agentFind(tx, agent.id, true), 'agent', ref))
    if (first === undefined) {
      await agentSeen(tx, agent.id)
      return null
    }
    // Only an answer shows that it lives when something is to be decided; the first question begins the count.
    if (agent.seen_at === null) await agentSeen(tx, agent.id)
    return turnOpen(tx, {
      id: idNew<'agent-turn'>(),
      agentId: agent.id,
      mode: agent.mode,
      workload: first.row,
      policyNodeName,
      dueSeconds: agent.rails.silenceSeconds,
    })
  })
  if (turn === null || first === undefined) return { turn: null }
  return { turn: questionOf(imagined, agent, turn, { ...first, mayPlace, lineLength: waiting.length }) }
}

/** A token of the role agent speaks for the agent of its principal's name, and for no other. */
export function assertOwn({ actor }: Pick<Ctx, 'actor'>, agent: AgentRow): void {
  if (actor.role !== 'agent' || actor.name === agent.name) return
  throw new OrreryError(
    'forbidden',
    `${actor.name} speaks for the agent '${actor.name}', not for '${agent.name}'.`,
  )
}

/** Whether it may speak at all. */
export function assertIn(agent: AgentRow): void {
  const state = agentStateOf(agent)
  if (state === 'off')
    throw new OrreryError(
      'conflict',
      `Agent '${agent.name}' is turned off. Turn it on: \`orrery agent update ${agent.name} --enabled\`.`,
    )
  if (state === 'fenced')
    throw new OrreryError(
      'conflict',
      `Agent '${agent.name}' is fenced: ${agent.fenced_reason ?? ''} The active policy has taken over. Let it in again with \`orrery agent update ${agent.name} --enabled\`.`,
    )
}

async function policyChoice(
  ctx: Ctx,
  imagined: PlannerInventory,
  { workload }: Waiting,
): Promise<string | null> {
  const row = await policyActive(ctx.database.db)
  if (row === null) return null
  const chooser = chooserOf(row, 'agent', String(ctx.planner.revision))
  return decide(imagined, workload, chooser.policy, chooser.random).chosen?.nodeName ?? null
}

function questionOf(
  imagined: PlannerInventory,
  agent: AgentRow,
  turn: AgentTurnRow,
  { workload, waits, mayPlace, lineLength }: Waiting & { mayPlace: boolean; lineLength: number },
): AgentQuestion['turn'] {
  const { nodes, values } = liveObservation(imagined, workload, {
    waited: waits > 0,
    line: lineLength / lineMost,
  })
  const request = requestCreate(imagined, workload, () => 0)
  const asked = filters.filter((filter) => filter.applies(request))
  const isOpen = (node: number) =>
    mayPlace && fits(imagined, request, asked, node) && railOfSite(agent.rails, imagined, node) === null
  return {
    id: turn.id as AgentTurnId,
    dueAt: turn.due_at,
    workload: {
      id: workload.id satisfies WorkloadId,
      name: workload.name,
      demand: workload.demand,
      constraints: workload.constraints,
    },
    nodes: nodes.map((node) => ({ id: imagined.ids[node] as NodeId, name: imagined.names[node] ?? '' })),
    observation: Array.from(values),
    mask: [...nodes.map((node) => (isOpen(node) ? 1 : 0)), 1],
  }
}

function fits(imagined: PlannerInventory, request: Request, asked: typeof filters, node: number): boolean {
  return !asked.some((filter) => filter.removes(imagined, request, node))
}
