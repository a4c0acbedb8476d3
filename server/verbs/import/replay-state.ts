import type { SiteId, WorkloadId } from '@orrery/api/id.ts'
import type { PlannerWorkload } from '@orrery/core/inventory/model.ts'
import { traceEvents } from '@orrery/core/trace/model.ts'
import { idNew } from '../../db/id.ts'
import { asksOf } from '../plan/decide.ts'
import { importLabel } from '../plan/import-label.ts'
import type { Continuum, ReplayTask } from './continuum.ts'

/** One workload of a replay. Its id is made beforehand, so that what refers to it can be written with it. */
export type Standing = {
  task: ReplayTask
  id: WorkloadId
  name: string
  workload: PlannerWorkload
  /** waiting workloads with the same text fit the same nodes and are served in order of arrival */
  group: string
  order: number
  /** there is a row for it */
  present: boolean
  where: { nodeId: string; gpuIndexes: number[] } | null
  everPlaced: boolean
}

export type ReplayEvent = { atMicros: number; kind: 'arrival' | 'departure'; standing: Standing }

export type ReplayState = {
  operationId: string
  siteIds: SiteId[]
  events: ReplayEvent[]
  /** index of the next event */
  next: number
  /** by group, each in order of arrival */
  waiting: Map<string, Set<Standing>>
  counts: { arrivals: number; departures: number; placed: number; leftUnplaced: number; standing: number }
}

export function replayStateCreate(
  continuum: Continuum,
  options: { operationId: string; siteIds: SiteId[]; workloadName: (name: string) => string },
): ReplayState {
  const { operationId, siteIds } = options
  const standings = continuum.tasks.map((task, order): Standing => {
    const id = idNew<'workload'>()
    const name = options.workloadName(task.name)
    const group = task.constraints.antiAffinity
    const constraints = {
      ...task.constraints,
      // Groups of different traces have nothing to do with each other.
      ...(group === undefined ? {} : { antiAffinity: `${operationId.slice(-12)} ${group}`.slice(0, 63) }),
      siteIds,
    }
    const { kind, demand, priority } = task
    const workload: PlannerWorkload = { id, name, kind, demand, constraints, priority }
    return {
      task,
      id,
      name,
      workload,
      group: `${priority} ${asksOf(workload)}`,
      order,
      present: false,
      where: null,
      everPlaced: false,
    }
  })
  return {
    operationId,
    siteIds,
    events: inOrder(standings),
    next: 0,
    waiting: new Map(),
    counts: { arrivals: 0, departures: 0, placed: 0, leftUnplaced: 0, standing: 0 },
  }
}

/** The order of the trace model, whose unit of time does not matter to it: microseconds here. */
function inOrder(standings: readonly Standing[]): ReplayEvent[] {
  const tasks = standings.map(({ task }) => ({
    name: task.name,
    demand: task.demand,
    arrivalSeconds: task.arrivalMicros,
    departureSeconds: task.departureMicros,
  }))
  return traceEvents(tasks).flatMap((event): ReplayEvent[] => {
    const standing = standings[event.task]
    return standing === undefined ? [] : [{ atMicros: event.atSeconds, kind: event.kind, standing }]
  })
}

export function replayLabels(
  state: Pick<ReplayState, 'operationId'>,
  { task }: Standing,
): Record<string, string> {
  return { ...task.labels, [importLabel]: state.operationId }
}

export function waitingAdd(state: ReplayState, standing: Standing): void {
  const group = state.waiting.get(standing.group)
  if (group === undefined) state.waiting.set(standing.group, new Set([standing]))
  else group.add(standing)
}

export function waitingRemove(state: ReplayState, standing: Standing): void {
  const group = state.waiting.get(standing.group)
  if (group?.delete(standing) === true && group.size === 0) state.waiting.delete(standing.group)
}

export function waitingCount(state: ReplayState): number {
  let count = 0
  for (const group of state.waiting.values()) count += group.size
  return count
}
