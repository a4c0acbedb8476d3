import { Inventory, Status } from '../inventory.ts'
import { Node, NodeCreate, NodeUpdate } from '../node.ts'
import { AtQuery, ListAtQuery, ListQuery, page } from '../page.ts'
import { Decision } from '../plan.ts'
import { Site, SiteCreate, SiteUpdate } from '../site.ts'
import {
  Workload,
  WorkloadBind,
  WorkloadCreate,
  WorkloadResize,
  WorkloadStay,
  WorkloadUnbind,
  WorkloadUpdate,
} from '../workload.ts'
import { type OperationSpec, Because, nounCrud } from './spec.ts'

const site = nounCrud(
  'site',
  'sites',
  { item: Site, create: SiteCreate, update: SiteUpdate, listQuery: ListAtQuery, viewQuery: AtQuery },
  'operator',
)
const node = nounCrud(
  'node',
  'nodes',
  { item: Node, create: NodeCreate, update: NodeUpdate, listQuery: ListAtQuery, viewQuery: AtQuery },
  'operator',
)
const workload = nounCrud(
  'workload',
  'workloads',
  {
    item: Workload,
    create: WorkloadCreate,
    update: WorkloadUpdate,
    listQuery: ListAtQuery,
    viewQuery: AtQuery,
  },
  'operator',
)

/** The inventory: sites, nodes, workloads, and the whole of it. */
export const inventoryOperations = {
  siteList: site.list,
  siteView: site.view,
  siteCreate: site.create,
  siteUpdate: site.update,
  siteDelete: site.delete,

  nodeList: node.list,
  nodeView: node.view,
  nodeCreate: node.create,
  nodeUpdate: node.update,
  nodeDelete: node.delete,
  nodeDrain: {
    method: 'POST',
    path: '/nodes/{ref}/drain',
    summary: 'Take a node out of service: a plan moves its workloads away',
    tag: 'nodes',
    role: 'operator',
    body: Because,
    response: Node,
    status: 200,
  },
  nodeActivate: {
    method: 'POST',
    path: '/nodes/{ref}/activate',
    summary: 'Put a drained or discovered node into service',
    tag: 'nodes',
    role: 'operator',
    body: Because,
    response: Node,
    status: 200,
  },

  workloadList: workload.list,
  workloadView: workload.view,
  workloadCreate: workload.create,
  workloadUpdate: workload.update,
  workloadDelete: workload.delete,
  workloadBind: {
    method: 'POST',
    path: '/workloads/{ref}/bind',
    summary: 'Reserve room on a node and start there',
    tag: 'workloads',
    role: 'operator',
    body: WorkloadBind,
    response: Workload,
    status: 200,
  },
  workloadUnbind: {
    method: 'POST',
    path: '/workloads/{ref}/unbind',
    summary: 'Leave the node',
    tag: 'workloads',
    role: 'operator',
    body: WorkloadUnbind,
    response: Workload,
    status: 200,
  },
  workloadMigrate: {
    method: 'POST',
    path: '/workloads/{ref}/migrate',
    summary: 'Move to another node',
    tag: 'workloads',
    role: 'operator',
    body: WorkloadBind,
    response: Workload,
    status: 200,
  },
  workloadResize: {
    method: 'POST',
    path: '/workloads/{ref}/resize',
    summary: 'Change what it asks for, within the capacity of its node',
    tag: 'workloads',
    role: 'operator',
    body: WorkloadResize,
    response: Workload,
    status: 200,
  },
  workloadHistory: {
    method: 'GET',
    path: '/workloads/{ref}/history',
    summary: 'Its stays: state by state, node by node, oldest first',
    tag: 'workloads',
    role: 'viewer',
    query: ListQuery,
    response: page(WorkloadStay),
    status: 200,
  },
  workloadDecisions: {
    method: 'GET',
    path: '/workloads/{ref}/decisions',
    summary: 'Why it is where it is, newest first',
    tag: 'workloads',
    role: 'viewer',
    query: ListQuery,
    response: page(Decision),
    status: 200,
  },

  inventoryView: {
    method: 'GET',
    path: '/inventory',
    summary: 'The whole continuum in one answer, now or at an instant',
    tag: 'inventory',
    role: 'viewer',
    query: AtQuery,
    response: Inventory,
    status: 200,
  },
  statusView: {
    method: 'GET',
    path: '/status',
    summary: 'This server: version, database, listeners, loops',
    tag: 'inventory',
    role: 'viewer',
    response: Status,
    status: 200,
  },
} as const satisfies Record<string, OperationSpec>
