import { ListQuery, page } from '../page.ts'
import { Plan, PlanAnswer, PlanCreate, PlanSummary } from '../plan.ts'
import { Policy, PolicyCreate, PolicyUpdate } from '../policy.ts'
import { Provider, ProviderCreate, ProviderKind, ProviderUpdate } from '../provider.ts'
import { strict } from '../scalar.ts'
import { Type } from 'typebox'
import { type OperationSpec, nounCrud } from './spec.ts'

const policy = nounCrud(
  'policy',
  'policies',
  {
    item: Policy,
    create: PolicyCreate,
    update: PolicyUpdate,
    listQuery: ListQuery,
    viewQuery: Type.Object({}, strict),
  },
  'admin',
)
const provider = nounCrud(
  'provider',
  'providers',
  {
    item: Provider,
    create: ProviderCreate,
    update: ProviderUpdate,
    listQuery: ListQuery,
    viewQuery: Type.Object({}, strict),
  },
  'admin',
)

/** Deciding and doing: policies, plans, providers. */
export const planningOperations = {
  policyList: policy.list,
  policyView: policy.view,
  policyCreate: policy.create,
  policyUpdate: policy.update,
  policyDelete: policy.delete,

  planList: {
    method: 'GET',
    path: '/plans',
    summary: 'List plans',
    tag: 'plans',
    role: 'viewer',
    query: ListQuery,
    response: page(PlanSummary),
    status: 200,
  },
  planView: {
    method: 'GET',
    path: '/plans/{ref}',
    summary: 'View a plan with its steps',
    tag: 'plans',
    role: 'viewer',
    response: Plan,
    status: 200,
  },
  planCreate: {
    method: 'POST',
    path: '/plans',
    summary: 'Propose a plan; it touches nothing until it is approved',
    tag: 'plans',
    role: 'operator',
    body: PlanCreate,
    response: Plan,
    status: 201,
  },
  planApprove: {
    method: 'POST',
    path: '/plans/{ref}/approve',
    summary: 'Approve a plan: it is applied',
    tag: 'plans',
    role: 'operator',
    body: PlanAnswer,
    response: Plan,
    status: 202,
  },
  planRefuse: {
    method: 'POST',
    path: '/plans/{ref}/refuse',
    summary: 'Refuse a plan',
    tag: 'plans',
    role: 'operator',
    body: PlanAnswer,
    response: Plan,
    status: 200,
  },
  planRollback: {
    method: 'POST',
    path: '/plans/{ref}/rollback',
    summary: 'Propose a plan that puts back what an applied plan moved',
    tag: 'plans',
    role: 'operator',
    body: PlanAnswer,
    response: Plan,
    status: 201,
  },

  providerList: provider.list,
  providerView: provider.view,
  providerCreate: provider.create,
  providerUpdate: provider.update,
  providerDelete: provider.delete,
  providerKindList: {
    method: 'GET',
    path: '/provider-kinds',
    summary: 'The kinds of provider there are, with their config schemas',
    tag: 'providers',
    role: 'viewer',
    response: Type.Object({ items: Type.Array(ProviderKind) }, strict),
    status: 200,
  },
} as const satisfies Record<string, OperationSpec>
