/**
 * The columns a person wants first, per kind of row. A kind that is not here gets the plain fields of its schema, so
 * that a new operation has a table from its first day.
 */
import type { Schema } from './flag.ts'
import { kebab } from './words.ts'
import { bytesShow, numberShow, spanShow } from './quantity.ts'

export type Row = Record<string, unknown>
export type Column = {
  header: string
  /** where the value comes from, dotted; also a name for --columns */
  path: string
  /** how it is shown, when not by its kind */
  show?: (row: Row, nowMs: number) => string
  /** with --wide only */
  wide?: boolean
}

export function valueAt(row: unknown, path: string): unknown {
  let value = row
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Row)[key]
  }
  return value
}

function number(row: Row, path: string): number {
  const value = valueAt(row, path)
  return typeof value === 'number' ? value : 0
}

const plain = (header: string, path: string): Column => ({ header, path })
const wide = (header: string, path: string): Column => ({ header, path, wide: true })
const age = (header: string, path: string): Column => ({
  header,
  path,
  show: (row, nowMs) => {
    const at = valueAt(row, path)
    return typeof at === 'string' ? spanShow(nowMs - Date.parse(at)) : '-'
  },
})

/** Allocated of what there is, in one cell. */
function shares(header: string, used: string, total: string, show: (value: number) => string): Column {
  return {
    header,
    path: total,
    show: (row) =>
      number(row, total) === 0 ? '-' : `${show(number(row, used))}/${show(number(row, total))}`,
  }
}

function gpuMilli(row: Row, path: string): number {
  const value = valueAt(row, path)
  if (!Array.isArray(value)) return 0
  return value.reduce<number>(
    (sum, each) => sum + (typeof each === 'number' ? each : number(each as Row, 'milli')),
    0,
  )
}

/** By the last noun of the operation that lists them. */
export const columnsOf: Record<string, readonly Column[]> = {
  site: [
    plain('NAME', 'name'),
    plain('KIND', 'kind'),
    plain('NODES', 'nodeCount'),
    plain('CARBON G/KWH', 'carbonGramsPerKwh'),
    {
      header: 'RENEWABLE',
      path: 'renewableShare',
      show: (row) => `${Math.round(number(row, 'renewableShare') * 100)}%`,
    },
    wide('OVERCOMMIT', 'overcommitRatio'),
    wide('LABELS', 'labels'),
    wide('ID', 'id'),
  ],
  node: [
    plain('NAME', 'name'),
    plain('STATE', 'state'),
    plain('SITE', 'siteName'),
    {
      header: 'CPU',
      path: 'capacity.cpuCores',
      show: (row) =>
        `${numberShow(number(row, 'allocated.cpuCores'))}/${numberShow(number(row, 'capacity.cpuCores'))}`,
    },
    {
      header: 'MEMORY',
      path: 'capacity.memoryBytes',
      show: (row) =>
        `${bytesShow(number(row, 'allocated.memoryBytes'))}/${bytesShow(number(row, 'capacity.memoryBytes'))}`,
    },
    {
      header: 'GPU',
      path: 'capacity.gpus',
      show: (row) => {
        const total = gpuMilli(row, 'capacity.gpus')
        return total === 0
          ? '-'
          : `${numberShow(gpuMilli(row, 'allocated.gpuMilli') / 1000)}/${numberShow(total / 1000)}`
      },
    },
    plain('WORKLOADS', 'workloadCount'),
    wide('KIND', 'kind'),
    wide('PROVIDER', 'providerName'),
    wide('CPU USED', 'usage.cpuCores'),
    wide('MEMORY USED', 'usage.memoryBytes'),
    wide('WATTS', 'usage.powerWatts'),
    { ...age('SINCE', 'stateSince'), wide: true },
    wide('REASON', 'reason'),
    wide('ID', 'id'),
  ],
  workload: [
    plain('NAME', 'name'),
    plain('STATE', 'state'),
    plain('NODE', 'nodeName'),
    plain('SITE', 'siteName'),
    plain('CPU', 'demand.cpuCores'),
    plain('MEMORY', 'demand.memoryBytes'),
    {
      header: 'GPU',
      path: 'demand.gpu.count',
      show: (row) => {
        const count = number(row, 'demand.gpu.count')
        return count === 0 ? '-' : numberShow((count * number(row, 'demand.gpu.milli')) / 1000)
      },
    },
    age('SINCE', 'stateSince'),
    plain('REASON', 'reason'),
    wide('KIND', 'kind'),
    wide('DESIRED', 'desired'),
    wide('CPU USED', 'usage.cpuCores'),
    wide('MEMORY USED', 'usage.memoryBytes'),
    wide('PRIORITY', 'priority'),
    wide('ID', 'id'),
  ],
  history: [
    plain('STATE', 'state'),
    plain('NODE', 'nodeName'),
    plain('SINCE', 'since'),
    plain('UNTIL', 'until'),
    plain('REASON', 'reason'),
    wide('CPU', 'demand.cpuCores'),
    wide('MEMORY', 'demand.memoryBytes'),
  ],
  decisions: [
    plain('AT', 'at'),
    plain('OUTCOME', 'outcome'),
    plain('CHOSEN', 'chosen.nodeName'),
    plain('RUNNER-UP', 'runnerUp.nodeName'),
    plain('POLICY', 'policyName'),
    {
      header: 'FEASIBLE',
      path: 'feasible',
      show: (row) => `${number(row, 'feasible')}/${number(row, 'considered')}`,
    },
    plain('MESSAGE', 'message'),
    wide('ID', 'id'),
  ],
  steps: [
    plain('#', 'ordinal'),
    plain('KIND', 'kind'),
    plain('STATE', 'state'),
    plain('WORKLOAD', 'workloadName'),
    plain('FROM', 'fromNodeName'),
    plain('TO', 'nodeName'),
    plain('AFTER', 'after'),
    plain('REASON', 'reason'),
    plain('ERROR', 'error'),
  ],
  listeners: [plain('NAME', 'name'), plain('STATE', 'state'), plain('URL', 'url'), plain('REASON', 'reason')],
  loops: [
    plain('NAME', 'name'),
    plain('OWNED', 'owned'),
    plain('RUNS', 'runs'),
    plain('FAILURES', 'failures'),
    plain('LAST MS', 'lastMs'),
    age('LAST', 'lastAt'),
    plain('ERROR', 'lastError'),
  ],
  sites: [
    plain('NAME', 'name'),
    plain('KIND', 'kind'),
    plain('NODES', 'nodeCount'),
    shares('CPU', 'cpuCoresAllocated', 'cpuCores', numberShow),
    shares('MEMORY', 'memoryBytesAllocated', 'memoryBytes', bytesShow),
    shares('GPU', 'gpuMilliAllocated', 'gpuMilli', (milli) => numberShow(milli / 1000)),
    plain('WATTS', 'powerWatts'),
    plain('CARBON G/H', 'carbonGramsPerHour'),
    plain('LATENCY MS', 'latencyMs'),
  ],
  event: [
    plain('AT', 'at'),
    plain('VERB', 'verb'),
    plain('SUBJECT', 'subjectName'),
    plain('ACTOR', 'actorName'),
    plain('REASON', 'reason'),
    wide('TRACE TIME', 'traceAt'),
    wide('SUBJECT ID', 'subjectId'),
    wide('CURSOR', 'cursor'),
  ],
  operation: [
    plain('ID', 'id'),
    plain('KIND', 'kind'),
    plain('STATE', 'state'),
    {
      header: 'DONE',
      path: 'done',
      show: (row) => {
        const total = valueAt(row, 'total')
        return typeof total === 'number'
          ? `${numberShow(number(row, 'done'))}/${numberShow(total)}`
          : numberShow(number(row, 'done'))
      },
    },
    plain('BY', 'actorName'),
    age('AGE', 'createdAt'),
    plain('NOTE', 'note'),
    plain('ERROR', 'error'),
  ],
  plan: [
    plain('ID', 'id'),
    plain('STATE', 'state'),
    plain('ORIGIN', 'origin'),
    plain('POLICY', 'policyName'),
    {
      header: 'STEPS',
      path: 'stepCount',
      show: (row) => `${number(row, 'doneCount')}/${number(row, 'stepCount')}`,
    },
    plain('FAILED', 'failedCount'),
    age('AGE', 'createdAt'),
    plain('REASON', 'reason'),
  ],
  run: [
    plain('NAME', 'name'),
    plain('STATE', 'state'),
    plain('FROM', 'source.kind'),
    plain('POLICIES', 'policies'),
    plain('SEEDS', 'seeds'),
    plain('NODES', 'nodeCount'),
    plain('WORKLOADS', 'workloadCount'),
    age('AGE', 'createdAt'),
    plain('ERROR', 'error'),
    wide('BY', 'actorName'),
    wide('ID', 'id'),
  ],
  agent: [
    plain('NAME', 'name'),
    plain('MODE', 'mode'),
    plain('STATE', 'state'),
    age('SEEN', 'seenAt'),
    plain('TURNS', 'turnCount'),
    plain('STOPPED', 'refusedCount'),
    plain('FENCED', 'fencedReason'),
    wide('URL', 'url'),
    wide('ID', 'id'),
  ],
  policy: [
    plain('NAME', 'name'),
    plain('ALGORITHM', 'algorithm'),
    plain('MODE', 'mode'),
    plain('ACTIVE', 'active'),
    wide('SEED', 'seed'),
    wide('WEIGHTS', 'weights'),
    wide('ID', 'id'),
  ],
  provider: [
    plain('NAME', 'name'),
    plain('KIND', 'kind'),
    plain('ENABLED', 'enabled'),
    plain('HEALTH', 'health'),
    plain('NODES', 'nodeCount'),
    age('SEEN', 'lastSeenAt'),
    plain('REASON', 'healthReason'),
    wide('ID', 'id'),
  ],
  'provider-kind': [
    plain('KIND', 'kind'),
    plain('METRICS', 'capabilities.metrics'),
    plain('MIGRATE', 'capabilities.migrate'),
    plain('RESIZE', 'capabilities.resize'),
    plain('DESCRIPTION', 'description'),
  ],
  principal: [
    plain('NAME', 'name'),
    plain('KIND', 'kind'),
    plain('ROLE', 'role'),
    plain('DISABLED', 'disabled'),
    age('SEEN', 'lastSeenAt'),
    wide('ID', 'id'),
  ],
  token: [
    plain('ID', 'id'),
    plain('NAME', 'name'),
    plain('PRINCIPAL', 'principalName'),
    plain('KIND', 'kind'),
    plain('ROLE', 'role'),
    plain('EXPIRES', 'expiresAt'),
    age('USED', 'lastUsedAt'),
    plain('REVOKED', 'revokedAt'),
  ],
  dataset: [
    plain('ID', 'id'),
    plain('NAME', 'name'),
    plain('KIND', 'kind'),
    plain('LAYOUT', 'layout'),
    plain('ROWS', 'rowCount'),
    plain('START', 'startAt'),
    plain('END', 'endAt'),
  ],
  sample: [
    plain('AT', 'at'),
    plain('CPU', 'cpuCores'),
    plain('MEMORY', 'memoryBytes'),
    plain('WATTS', 'powerWatts'),
    wide('DISK READ/S', 'diskReadBytesPerSecond'),
    wide('DISK WRITE/S', 'diskWriteBytesPerSecond'),
    wide('NET RX/S', 'netRxBytesPerSecond'),
    wide('NET TX/S', 'netTxBytesPerSecond'),
  ],
}

/** The fields of a schema that fit in a cell, at most eight of them without --wide. */
export function columnsOfSchema(schema: Schema): Column[] {
  const keys = Object.keys(schema.properties ?? {})
  return keys.map((path, index) => ({
    header: kebab(path).toUpperCase().replaceAll('-', ' '),
    path,
    wide: index >= 8,
  }))
}
