/**
 * Which reads a change of a noun makes old. Reads of the past never grow old; the inventory is large and asked for at
 * its own pace.
 */
import type { Query, QueryClient } from '@tanstack/react-query'
import type { OperationName } from '@orrery/api/operations.ts'

const touches: Record<string, readonly OperationName[]> = {
  site: ['siteList', 'siteView', 'nodeView'],
  node: ['nodeList', 'nodeView', 'siteList', 'siteView', 'workloadView', 'providerList'],
  workload: ['workloadList', 'workloadView', 'workloadHistory', 'workloadDecisions', 'nodeList', 'nodeView'],
  plan: ['planList', 'planView', 'workloadDecisions', 'operationList'],
  run: ['runList', 'runView', 'operationList'],
  step: ['planList', 'planView'],
  // A run's state is its operation's.
  operation: ['operationList', 'operationView', 'runList', 'runView'],
  policy: ['policyList', 'policyView'],
  agent: ['agentList', 'agentView', 'agentTurns', 'planList'],
  provider: ['providerList', 'providerView', 'nodeList'],
  principal: ['principalList', 'principalView', 'tokenList'],
  token: ['tokenList'],
  session: ['tokenList'],
  import: ['datasetList', 'operationList', 'operationView'],
  dataset: ['datasetList', 'operationList'],
}

/** The reads that an event about this kind of subject makes old. Every event is itself listed. */
export function readsTouched(subjectKind: string): readonly OperationName[] {
  return ['eventList', ...(touches[subjectKind] ?? [])]
}

/** Asks again for the active reads among `names`; the others are asked when they are next shown. */
export function refresh(queries: QueryClient, names: ReadonlySet<string>): Promise<void> {
  return queries.invalidateQueries(
    { predicate: (query) => isTouched(query.queryKey, names) },
    { cancelRefetch: false },
  )
}

export function refreshAfter(queries: QueryClient, operation: OperationName): Promise<void> {
  const noun = operation.split(/(?=[A-Z])/)[0] ?? ''
  return refresh(queries, new Set([...readsTouched(noun), 'planList', 'operationList', 'inventoryView']))
}

export function isTouched(key: Query['queryKey'], names: ReadonlySet<string>): boolean {
  const [name, input] = key as [unknown, { query?: { at?: unknown; until?: unknown } } | undefined]
  const past = input?.query?.at !== undefined || input?.query?.until !== undefined
  return typeof name === 'string' && names.has(name) && !past
}
