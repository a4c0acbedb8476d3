import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Histogram } from 'prom-client'
import { OrreryError } from '@orrery/api/errors.ts'
import { type OperationName, type OperationSpec, operations } from '@orrery/api/operations.ts'
import { requireRole } from '../verbs/actor.ts'
import { sampleIngestBinary } from '../verbs/sample/ingest-binary.ts'
import { mediaTypeWrong } from './problem.ts'
import { type Authenticator, type Caller, callerRequire, sessionCookie } from './auth.ts'
import { type HttpCtx, handlers } from './handlers.ts'
import type { EventStream } from './stream.ts'
import { bodyValidator, queryValidator, textCheck } from './validate.ts'

export type RoutesOptions = {
  authenticator: Authenticator
  stream: EventStream
  /** everything of a call's context but who makes it */
  services: Omit<HttpCtx, 'actor' | 'idempotency' | 'traceAt'>
  durations: Histogram<'operation' | 'status'>
  /** who makes each request, once that is known */
  callers: WeakMap<FastifyRequest, Caller>
}

const mebibyte = 1024 * 1024
const bodyLimits: Partial<Record<OperationName, number>> = {
  sampleIngest: 16 * mebibyte,
  importCreate: 64 * mebibyte,
  importCheck: 64 * mebibyte,
}

/** Registers every operation of the table but the session ones, which set cookies (session.ts). */
export function routesRegister(app: FastifyInstance, options: RoutesOptions): void {
  const { callers } = options
  for (const [name, handle] of Object.entries(handlers) as [
    keyof typeof handlers,
    (ctx: HttpCtx, input: never) => Promise<unknown>,
  ][]) {
    const spec: OperationSpec = operations[name]
    const checkBody = spec.body === undefined ? null : bodyValidator(spec.body)
    const checkQuery = spec.query === undefined ? null : queryValidator(spec.query)
    const bodyLimit = bodyLimits[name]
    app.route({
      method: spec.method,
      url: `/api/v1${spec.path.replace('{ref}', ':ref')}`,
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
      // Before the body is read: a stranger's megabytes are not.
      async onRequest(request) {
        const caller = await callerOf(options.authenticator, request)
        if (spec.role !== null) requireRole(caller, spec.role)
        callers.set(request, caller)
      },
      async onResponse(request, reply) {
        // A stream lasts as long as its reader: its time says nothing.
        if (wantsStream(request)) return
        options.durations.observe({ operation: name, status: reply.statusCode }, reply.elapsedTime / 1000)
      },
      async handler(request, reply) {
        const caller = callers.get(request)
        if (caller === undefined) throw new Error('a request reached its handler without a caller')
        if (name === 'eventList' && wantsStream(request)) {
          checkQuery?.(request.query)
          return options.stream.serve(request, reply, () => isAllowed(options.authenticator, request, spec))
        }
        const ctx: HttpCtx = { ...options.services, actor: caller.actor }
        let output: unknown
        if (name === 'sampleIngest' && Buffer.isBuffer(request.body)) {
          output = await sampleIngestBinary(ctx, request.body)
        } else {
          // A body-less POST means a body without fields.
          const { ref } = request.params as { ref?: string }
          textCheck(ref)
          const isEmpty = request.body === undefined && spec.method === 'POST' && isEmptyAllowed(name)
          const body = checkBody === null ? undefined : isEmpty ? {} : request.body
          if (checkBody === null && request.body !== undefined && request.body !== null) {
            throw new OrreryError('invalid', 'This call takes no body.')
          }
          if (Buffer.isBuffer(request.body)) throw mediaTypeWrong()
          if (checkBody !== null && body === undefined)
            throw new OrreryError('invalid', 'The body is empty; a JSON object is needed.')
          checkBody?.(body)
          // The texts of a sample are an id and an instant, which are read, not kept; there may be very many.
          if (name !== 'sampleIngest') textCheck(body)
          textCheck(request.query)
          checkQuery?.(request.query)
          const idempotency = idempotencyOf(request, name, spec)
          if (idempotency !== undefined) ctx.idempotency = idempotency
          // The validators have just established the input's type.
          const input = { ref, query: request.query, body } as never
          output = await handle(ctx, input)
        }
        if (spec.tag === 'principals' || spec.tag === 'tokens') options.authenticator.clear()
        return answer(reply, spec, output)
      },
    })
  }
}

/** Actions whose body has only optional fields may be called without one. */
function isEmptyAllowed(name: OperationName): boolean {
  const spec: OperationSpec = operations[name]
  const body: { required?: string[] } | undefined = spec.body
  return (body?.required?.length ?? 0) === 0
}

function answer(reply: FastifyReply, spec: OperationSpec, output: unknown): FastifyReply {
  if (spec.status === 204) return reply.code(204).send()
  if (isPieces(output))
    return reply
      .code(spec.status)
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .send(Readable.from(output, { objectMode: false }))
  return reply
    .code(spec.status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(output))
}

/** Made while they are sent, as fast as they are read. One that cannot be made breaks the answer off, for all to see. */
function isPieces(output: unknown): output is AsyncIterable<string> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

export function callerOf(
  authenticator: Authenticator,
  request: FastifyRequest,
  counted = true,
): Promise<Caller> {
  const csrf = request.headers['x-orrery-csrf']
  return callerRequire(authenticator, {
    authorization: request.headers.authorization,
    cookie: request.cookies[sessionCookie],
    csrf: typeof csrf === 'string' ? csrf : undefined,
    method: request.method,
    ...(counted ? { address: request.ip } : {}),
  })
}

/** Whether the caller of a request that lasts may go on; what cannot be found out now is asked again later. */
async function isAllowed(
  authenticator: Authenticator,
  request: FastifyRequest,
  spec: OperationSpec,
): Promise<boolean> {
  try {
    const caller = await callerOf(authenticator, request, false)
    if (spec.role !== null) requireRole(caller, spec.role)
    return true
  } catch (error) {
    return !(error instanceof OrreryError)
  }
}

function wantsStream(request: FastifyRequest): boolean {
  return request.method === 'GET' && (request.headers.accept?.includes('text/event-stream') ?? false)
}

function idempotencyOf(
  request: FastifyRequest,
  name: OperationName,
  spec: OperationSpec,
): NonNullable<HttpCtx['idempotency']> | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined || spec.method !== 'POST' || spec.keyless === true) return undefined
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new OrreryError('invalid', '`Idempotency-Key` must be 1 to 200 visible ASCII characters.')
  }
  const hash = createHash('sha256')
    .update(request.url)
    .update('\n')
    .update(JSON.stringify(request.body ?? null))
    .digest()
  return { key, operation: name, hash }
}
