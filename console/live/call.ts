/** Reads and changes by operation id. The id and the input are the query key, so the event stream can refresh by noun. */
import {
  type UseMutationResult,
  type UseQueryResult,
  keepPreviousData,
  useMutation,
  useQueries,
  useQuery,
} from '@tanstack/react-query'
import type { Client } from '@orrery/api/client.ts'
import {
  type InputOf,
  type OperationName,
  type OperationSpec,
  type OutputOf,
  operations,
} from '@orrery/api/operations.ts'
import { useLive } from './api.ts'
import { refreshAfter } from './refresh.ts'

export type CallSettings = {
  /** Asked again at this period while the page is visible: for what makes no events, as usage. */
  everyMs?: number
  enabled?: boolean
  /** Show the answer to the previous input until the new one is there. */
  keep?: boolean
}

export function useCall<K extends OperationName>(
  name: K,
  input: InputOf<K>,
  settings: CallSettings = {},
): UseQueryResult<OutputOf<K>> {
  const { api } = useLive()
  return useQuery<OutputOf<K>>({
    queryKey: [name, input],
    queryFn: ({ signal }) => api.call(name, input, { signal }),
    enabled: settings.enabled ?? true,
    refetchInterval: settings.everyMs ?? false,
    ...(settings.keep === true ? { placeholderData: keepPreviousData } : {}),
  })
}

/** Several reads of one kind, in the order of their inputs. What they answer never changes, so it is asked once. */
export function useCalls<K extends OperationName>(
  name: K,
  inputs: readonly InputOf<K>[],
): UseQueryResult<OutputOf<K>>[] {
  const { api } = useLive()
  return useQueries({
    queries: inputs.map((input) => ({
      queryKey: [name, input],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.call(name, input, { signal }),
      staleTime: Infinity,
    })),
  })
}

/** Sends a change; afterwards the reads that it touches are asked again without waiting for its event. */
export function useChange<K extends OperationName>(
  name: K,
): UseMutationResult<OutputOf<K>, unknown, InputOf<K>> {
  const { api, queries } = useLive()
  return useMutation<OutputOf<K>, unknown, InputOf<K>>({
    mutationFn: (input) => change(api, name, input),
    onSuccess: () => refreshAfter(queries, name),
  })
}

/** Their answer is a secret, which is kept nowhere: it cannot be given again, so they take no key. */
const secrets: readonly OperationName[] = ['tokenCreate', 'principalInvite']

/** One change, with an idempotency key when it creates something: a retry after a lost answer makes no second thing. */
export function change<K extends OperationName>(
  api: Client,
  name: K,
  input: InputOf<K>,
): Promise<OutputOf<K>> {
  const spec: OperationSpec = operations[name]
  const keyed = spec.method === 'POST' && spec.status === 201 && !secrets.includes(name)
  return api.call(name, input, keyed ? { idempotencyKey: key() } : {})
}

/** `crypto.randomUUID` is missing on plain http outside loopback; random bytes are not. */
function key(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
