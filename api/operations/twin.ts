import { Type } from 'typebox'
import { ListQuery, page } from '../page.ts'
import { Decision, Plan } from '../plan.ts'
import { Run, RunChoice, RunCreate, RunDetail, RunPlanCreate, RunSummary, RunWhyQuery } from '../run.ts'
import { strict } from '../scalar.ts'
import { Nothing, type OperationSpec } from './spec.ts'

/** What would happen: runs of the twin, forked from the inventory of now or of then. */
export const twinOperations = {
  runList: {
    method: 'GET',
    path: '/runs',
    summary: 'List runs of the twin',
    tag: 'runs',
    role: 'viewer',
    query: ListQuery,
    response: page(RunSummary),
    status: 200,
  },
  runView: {
    method: 'GET',
    path: '/runs/{ref}',
    summary: 'View a run: its policies side by side',
    tag: 'runs',
    role: 'viewer',
    response: Run,
    status: 200,
  },
  runCreate: {
    method: 'POST',
    path: '/runs',
    summary: 'Run policies on a fork of the inventory; nothing live is touched',
    tag: 'runs',
    role: 'operator',
    body: RunCreate,
    response: Run,
    status: 201,
  },
  runDelete: {
    method: 'DELETE',
    path: '/runs/{ref}',
    summary: 'Delete a run; one that goes on is stopped first',
    tag: 'runs',
    role: 'operator',
    response: Nothing,
    status: 204,
  },
  runResult: {
    method: 'GET',
    path: '/runs/{ref}/result',
    summary: 'One result of a run: curves, changes, how full each node is',
    tag: 'runs',
    role: 'viewer',
    query: RunChoice,
    response: RunDetail,
    status: 200,
  },
  runWhy: {
    method: 'GET',
    path: '/runs/{ref}/why',
    summary: 'Why a workload went where it is in a run, or waits',
    tag: 'runs',
    role: 'viewer',
    query: RunWhyQuery,
    response: Type.Object({ ...Decision.properties, atSeconds: Type.Number() }, strict),
    status: 200,
  },
  runPlan: {
    method: 'POST',
    path: '/runs/{ref}/plan',
    summary: 'Propose the end of a run as a plan for the live system',
    tag: 'runs',
    role: 'operator',
    body: RunPlanCreate,
    response: Plan,
    status: 201,
  },
} as const satisfies Record<string, OperationSpec>
