import { OrreryError, errorCodes, type ErrorCode } from './errors.ts'
import {
  type InputOf,
  type OperationName,
  type OperationSpec,
  type OutputOf,
  operations,
} from './operations.ts'

export type ClientOptions = {
  /** of the server, as http://127.0.0.1:8080; '' for the same origin */
  baseUrl: string
  /** Sent as a bearer token; without it the browser's session cookie speaks. */
  token?: string
  /** Sent with every change made under a cookie session. */
  csrfToken?: () => string | null
  timeoutMs?: number
  fetch?: typeof fetch
}
export type CallOptions = { signal?: AbortSignal; idempotencyKey?: string; timeoutMs?: number }

/** A typed client over the operations table; nothing is generated. Errors come back as OrreryError. */
export type Client = {
  call<K extends OperationName>(name: K, input: InputOf<K>, options?: CallOptions): Promise<OutputOf<K>>
}

export function client(options: ClientOptions): Client {
  return {
    async call<K extends OperationName>(name: K, input: InputOf<K>, call: CallOptions = {}) {
      const spec: OperationSpec = operations[name]
      const headers: Record<string, string> = { accept: 'application/json' }
      if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`
      if (input.body !== undefined) headers['content-type'] = 'application/json'
      if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey
      const csrf = spec.method === 'GET' ? null : options.csrfToken?.()
      if (csrf != null) headers['x-orrery-csrf'] = csrf

      const deadline = AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs ?? 30_000)
      const signal = call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline])
      const url = options.baseUrl + operationUrl(name, input)
      const response = await (options.fetch ?? fetch)(url, {
        method: spec.method,
        headers,
        signal,
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      })
      if (!response.ok) throw await problemRead(response)
      if (response.status === 204) return null as OutputOf<K>
      const type = response.headers.get('content-type') ?? ''
      // The server serialises from the same schema, so the shape is the operation's own.
      return (
        type.includes('json') && !type.includes('ndjson') ? await response.json() : await response.text()
      ) as OutputOf<K>
    },
  }
}

/** The path and query of a call, below the server's base URL. Also what "copy as curl" shows. */
export function operationUrl<K extends OperationName>(name: K, input: InputOf<K>): string {
  const spec: OperationSpec = operations[name]
  const path = spec.path.replace('{ref}', encodeURIComponent(input.ref ?? ''))
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(
    (input.query ?? {}) as Record<string, string | number | boolean | undefined>,
  )) {
    if (value !== undefined) query.set(key, String(value))
  }
  const text = query.toString()
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`
}

/** Reads a problem+json answer, or says what came instead. */
export async function problemRead(response: Response): Promise<OrreryError> {
  const text = await response.text()
  try {
    const problem = JSON.parse(text) as { code?: string; detail?: string; title?: string; pointer?: string }
    if (problem.code !== undefined && problem.code in errorCodes) {
      return new OrreryError(problem.code as ErrorCode, problem.detail ?? problem.title ?? text, {
        status: response.status,
        ...(problem.pointer === undefined ? {} : { pointer: problem.pointer }),
      })
    }
  } catch (cause) {
    return new OrreryError('internal', `HTTP ${response.status}: ${text.slice(0, 200)}`, {
      cause,
      status: response.status,
    })
  }
  return new OrreryError('internal', `HTTP ${response.status}: ${text.slice(0, 200)}`, {
    status: response.status,
  })
}
