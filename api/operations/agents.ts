import { Type } from 'typebox'
import { Agent, AgentAnswer, AgentCreate, AgentQuestion, AgentTurn, AgentUpdate } from '../agent.ts'
import { ListQuery, page } from '../page.ts'
import { strict } from '../scalar.ts'
import { Because, Nothing, type OperationSpec, nounCrud } from './spec.ts'

const agent = nounCrud(
  'agent',
  'agents',
  {
    item: Agent,
    create: AgentCreate,
    update: AgentUpdate,
    listQuery: ListQuery,
    viewQuery: Type.Object({}, strict),
  },
  'admin',
)

/** Agents that decide on the live system, behind guard rails. */
export const agentOperations = {
  agentList: agent.list,
  agentView: agent.view,
  agentCreate: agent.create,
  agentUpdate: agent.update,
  agentDelete: agent.delete,
  agentAsk: {
    method: 'POST',
    path: '/agents/{ref}/ask',
    summary: 'An agent asks what there is to decide',
    tag: 'agents',
    role: 'agent',
    response: AgentQuestion,
    status: 200,
  },
  agentAct: {
    method: 'POST',
    path: '/agents/{ref}/act',
    summary: 'An agent answers: a node, or wait',
    tag: 'agents',
    role: 'agent',
    body: AgentAnswer,
    response: AgentTurn,
    status: 200,
  },
  agentTurns: {
    method: 'GET',
    path: '/agents/{ref}/turns',
    summary: 'What an agent was asked, what it answered, and what became of it',
    tag: 'agents',
    role: 'viewer',
    query: ListQuery,
    response: page(AgentTurn),
    status: 200,
  },
  agentHalt: {
    method: 'POST',
    path: '/agents/halt',
    summary: 'Turn every agent off at once; the active policy takes over',
    tag: 'agents',
    role: 'operator',
    body: Because,
    response: Nothing,
    status: 204,
  },
} as const satisfies Record<string, OperationSpec>
