import type { InputOf, OperationName, OutputOf } from '@orrery/api/operations.ts'
import type { Status } from '@orrery/api/inventory.ts'
import type { EventCursor } from '../db/event.ts'
import type { Ctx } from '../verbs/context.ts'
import { datasetDelete } from '../verbs/dataset/delete.ts'
import { datasetList } from '../verbs/dataset/list.ts'
import { eventList } from '../verbs/event/list.ts'
import { importCheck } from '../verbs/import/check.ts'
import { importCreate } from '../verbs/import/create.ts'
import { inventoryView } from '../verbs/inventory/view.ts'
import { nodeActivate } from '../verbs/node/activate.ts'
import { nodeCreate } from '../verbs/node/create.ts'
import { nodeDelete } from '../verbs/node/delete.ts'
import { nodeDrain } from '../verbs/node/drain.ts'
import { nodeList } from '../verbs/node/list.ts'
import { nodeUpdate } from '../verbs/node/update.ts'
import { nodeView } from '../verbs/node/view.ts'
import { operationCancel } from '../verbs/operation/cancel.ts'
import { operationList } from '../verbs/operation/list.ts'
import { operationView } from '../verbs/operation/view.ts'
import { planApprove } from '../verbs/plan/approve.ts'
import { planCreate } from '../verbs/plan/create.ts'
import { planList } from '../verbs/plan/list.ts'
import { planRefuse } from '../verbs/plan/refuse.ts'
import { agentAct } from '../verbs/agent/act.ts'
import { agentAsk } from '../verbs/agent/ask.ts'
import { agentCreate } from '../verbs/agent/create.ts'
import { agentDelete } from '../verbs/agent/delete.ts'
import { agentHalt } from '../verbs/agent/fence.ts'
import { agentList, agentTurns, agentView } from '../verbs/agent/list.ts'
import { agentUpdate } from '../verbs/agent/update.ts'
import { planRollback } from '../verbs/plan/rollback.ts'
import { runCreate } from '../verbs/run/create.ts'
import { runDelete } from '../verbs/run/delete.ts'
import { runList } from '../verbs/run/list.ts'
import { runPlan } from '../verbs/run/plan.ts'
import { runResult, runView } from '../verbs/run/view.ts'
import { runWhy } from '../verbs/run/why.ts'
import { planView } from '../verbs/plan/view.ts'
import { policyCreate } from '../verbs/policy/create.ts'
import { policyDelete } from '../verbs/policy/delete.ts'
import { policyList } from '../verbs/policy/list.ts'
import { policyUpdate } from '../verbs/policy/update.ts'
import { policyView } from '../verbs/policy/view.ts'
import { principalCreate } from '../verbs/principal/create.ts'
import { principalDelete } from '../verbs/principal/delete.ts'
import { principalInvite } from '../verbs/principal/invite.ts'
import { principalList } from '../verbs/principal/list.ts'
import { principalUpdate } from '../verbs/principal/update.ts'
import { principalView } from '../verbs/principal/view.ts'
import { providerCreate } from '../verbs/provider/create.ts'
import { providerDelete } from '../verbs/provider/delete.ts'
import { providerList } from '../verbs/provider/list.ts'
import { providerUpdate } from '../verbs/provider/update.ts'
import { providerKindList, providerView } from '../verbs/provider/view.ts'
import { sampleIngest } from '../verbs/sample/ingest.ts'
import { sampleList } from '../verbs/sample/list.ts'
import { siteCreate } from '../verbs/site/create.ts'
import { siteDelete } from '../verbs/site/delete.ts'
import { siteList } from '../verbs/site/list.ts'
import { siteUpdate } from '../verbs/site/update.ts'
import { siteView } from '../verbs/site/view.ts'
import { tokenCreate } from '../verbs/token/create.ts'
import { tokenDelete } from '../verbs/token/delete.ts'
import { tokenList } from '../verbs/token/list.ts'
import { traceExport } from '../verbs/trace/export.ts'
import { workloadBind } from '../verbs/workload/bind.ts'
import { workloadCreate } from '../verbs/workload/create.ts'
import { workloadDecisions } from '../verbs/workload/decisions.ts'
import { workloadDelete } from '../verbs/workload/delete.ts'
import { workloadHistory } from '../verbs/workload/history.ts'
import { workloadList } from '../verbs/workload/list.ts'
import { workloadMigrate } from '../verbs/workload/migrate.ts'
import { workloadResize } from '../verbs/workload/resize.ts'
import { workloadUnbind } from '../verbs/workload/unbind.ts'
import { workloadUpdate } from '../verbs/workload/update.ts'
import { workloadView } from '../verbs/workload/view.ts'

/** What a handler may use beyond the verbs' own context. */
export type HttpCtx = Ctx & {
  publicUrl: string
  cursorNow(): EventCursor
  status(): Promise<Status>
}

/** Session operations are routes of their own (they set cookies); everything else is a verb. */
type Session = 'sessionCreate' | 'sessionView' | 'sessionDelete'
export type Handlers = {
  [K in Exclude<OperationName, Session>]: (ctx: HttpCtx, input: InputOf<K>) => Promise<Answered<K>>
}
/** A text may be longer than memory: it is made while it is sent. */
type Answered<K extends OperationName> = K extends 'traceExport' ? AsyncIterable<string> : OutputOf<K>

export const handlers: Handlers = {
  siteList: (ctx, input) => siteList(ctx, input.query ?? {}),
  siteView: (ctx, input) => siteView(ctx, input.ref, input.query),
  siteCreate: (ctx, input) => siteCreate(ctx, input.body),
  siteUpdate: (ctx, input) => siteUpdate(ctx, input.ref, input.body),
  siteDelete: (ctx, input) => siteDelete(ctx, input.ref),

  nodeList: (ctx, input) => nodeList(ctx, input.query ?? {}),
  nodeView: (ctx, input) => nodeView(ctx, input.ref, input.query),
  nodeCreate: (ctx, input) => nodeCreate(ctx, input.body),
  nodeUpdate: (ctx, input) => nodeUpdate(ctx, input.ref, input.body),
  nodeDelete: (ctx, input) => nodeDelete(ctx, input.ref),
  nodeDrain: (ctx, input) => nodeDrain(ctx, input.ref, input.body),
  nodeActivate: (ctx, input) => nodeActivate(ctx, input.ref, input.body),

  workloadList: (ctx, input) => workloadList(ctx, input.query ?? {}),
  workloadView: (ctx, input) => workloadView(ctx, input.ref, input.query),
  workloadCreate: (ctx, input) => workloadCreate(ctx, input.body),
  workloadUpdate: (ctx, input) => workloadUpdate(ctx, input.ref, input.body),
  workloadDelete: (ctx, input) => workloadDelete(ctx, input.ref),
  workloadBind: (ctx, input) => workloadBind(ctx, input.ref, input.body),
  workloadUnbind: (ctx, input) => workloadUnbind(ctx, input.ref, input.body),
  workloadMigrate: (ctx, input) => workloadMigrate(ctx, input.ref, input.body),
  workloadResize: (ctx, input) => workloadResize(ctx, input.ref, input.body),
  workloadHistory: (ctx, input) => workloadHistory(ctx, input.ref, input.query ?? {}),
  workloadDecisions: (ctx, input) => workloadDecisions(ctx, input.ref, input.query ?? {}),

  sampleIngest: (ctx, input) => sampleIngest(ctx, input.body),
  sampleList: (ctx, input) => sampleList(ctx, input.query ?? { subject: '' }),
  eventList: (ctx, input) => eventList(ctx, input.query ?? {}),

  operationList: (ctx, input) => operationList(ctx, input.query ?? {}),
  operationView: (ctx, input) => operationView(ctx, input.ref),
  operationCancel: (ctx, input) => operationCancel(ctx, input.ref, input.body),

  policyList: (ctx, input) => policyList(ctx, input.query ?? {}),
  policyView: (ctx, input) => policyView(ctx, input.ref),
  policyCreate: (ctx, input) => policyCreate(ctx, input.body),
  policyUpdate: (ctx, input) => policyUpdate(ctx, input.ref, input.body),
  policyDelete: (ctx, input) => policyDelete(ctx, input.ref),

  planList: (ctx, input) => planList(ctx, input.query ?? {}),
  planView: (ctx, input) => planView(ctx, input.ref),
  planCreate: (ctx, input) => planCreate(ctx, input.body),
  planApprove: (ctx, input) => planApprove(ctx, input.ref, input.body),
  planRefuse: (ctx, input) => planRefuse(ctx, input.ref, input.body),
  planRollback: (ctx, input) => planRollback(ctx, input.ref, input.body),

  runList: (ctx, input) => runList(ctx, input.query ?? {}),
  runView: (ctx, input) => runView(ctx, input.ref),
  runCreate: (ctx, input) => runCreate(ctx, input.body),
  runDelete: (ctx, input) => runDelete(ctx, input.ref),
  runResult: (ctx, input) => runResult(ctx, input.ref, input.query ?? {}),
  runWhy: (ctx, input) => runWhy(ctx, input.ref, input.query ?? { workload: '' }),
  runPlan: (ctx, input) => runPlan(ctx, input.ref, input.body),

  agentList: (ctx, input) => agentList(ctx, input.query ?? {}),
  agentView: (ctx, input) => agentView(ctx, input.ref),
  agentCreate: (ctx, input) => agentCreate(ctx, input.body),
  agentUpdate: (ctx, input) => agentUpdate(ctx, input.ref, input.body),
  agentDelete: (ctx, input) => agentDelete(ctx, input.ref),
  agentAsk: (ctx, input) => agentAsk(ctx, input.ref),
  agentAct: (ctx, input) => agentAct(ctx, input.ref, input.body),
  agentTurns: (ctx, input) => agentTurns(ctx, input.ref, input.query ?? {}),
  agentHalt: (ctx, input) => agentHalt(ctx, input.body),

  providerList: (ctx, input) => providerList(ctx, input.query ?? {}),
  providerView: (ctx, input) => providerView(ctx, input.ref),
  providerCreate: (ctx, input) => providerCreate(ctx, input.body),
  providerUpdate: (ctx, input) => providerUpdate(ctx, input.ref, input.body),
  providerDelete: (ctx, input) => providerDelete(ctx, input.ref),
  providerKindList: (ctx) => providerKindList(ctx),

  principalList: (ctx, input) => principalList(ctx, input.query ?? {}),
  principalView: (ctx, input) => principalView(ctx, input.ref),
  principalCreate: (ctx, input) => principalCreate(ctx, input.body),
  principalUpdate: (ctx, input) => principalUpdate(ctx, input.ref, input.body),
  principalDelete: (ctx, input) => principalDelete(ctx, input.ref),
  principalInvite: (ctx, input) => principalInvite(ctx, input.ref, input.body),

  tokenList: (ctx, input) => tokenList(ctx, input.query ?? {}),
  tokenCreate: (ctx, input) => tokenCreate(ctx, input.body),
  tokenDelete: (ctx, input) => tokenDelete(ctx, input.ref),

  importCheck: (ctx, input) => importCheck(ctx, input.body),
  importCreate: (ctx, input) => importCreate(ctx, input.body),
  datasetList: (ctx, input) => datasetList(ctx, input.query ?? {}),
  datasetDelete: (ctx, input) => datasetDelete(ctx, input.ref),
  traceExport: (ctx, input) => traceExport(ctx, input.query ?? {}),

  inventoryView: (ctx, input) => inventoryView(ctx, input.query ?? {}),
  statusView: (ctx) => ctx.status(),
}
