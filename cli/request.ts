import { randomUUID } from 'node:crypto'
import { operationUrl } from '@orrery/api/client.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import type { OperationName, OutputOf } from '@orrery/api/operations.ts'
import type { Cli } from './command.ts'
import { type Connection, unreachable } from './connection.ts'
import { refusalRead } from './refusal.ts'
import { operationSpec } from './words.ts'

export type RawInput = { ref?: string; query?: Record<string, unknown>; body?: unknown }
export type RequestOptions = { timeoutMs?: number; idempotencyKey?: string; connection?: Connection }

/** Calls an operation and gives the answer's own bytes; '' for an answer without a body. */
export async function request(
  cli: Cli,
  name: OperationName,
  input: RawInput,
  options: RequestOptions = {},
): Promise<string> {
  const spec = operationSpec(name)
  const connection = options.connection ?? (await cli.connection())
  const headers: Record<string, string> = { accept: 'application/json' }
  if (connection.token !== null) headers['authorization'] = `Bearer ${connection.token}`
  if (input.body !== undefined) headers['content-type'] = 'application/json'
  if (spec.method === 'POST' && spec.status === 201)
    headers['idempotency-key'] = options.idempotencyKey ?? randomUUID()

  // The table's types were left at its border: input was built from the same schemas.
  const url = connection.url + operationUrl(name, input as never)
  return await send(cli, url, {
    method: spec.method,
    headers,
    timeoutMs: options.timeoutMs ?? 60_000,
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
  })
}

/** The same, read as the operation's answer. */
export async function call<K extends OperationName>(
  cli: Cli,
  name: K,
  input: RawInput,
  options: RequestOptions = {},
): Promise<OutputOf<K>> {
  const text = await request(cli, name, input, options)
  // The server serialises from the same schema, so the shape is the operation's own.
  return (text === '' ? null : JSON.parse(text)) as OutputOf<K>
}

type Sending = { method: string; headers: Record<string, string>; body?: string; timeoutMs: number }

async function send(cli: Cli, url: string, sending: Sending): Promise<string> {
  const startedMs = cli.io.now()
  const { timeoutMs, ...init } = sending
  const signal = AbortSignal.any([cli.io.signal, AbortSignal.timeout(timeoutMs)])
  try {
    const response = await fetch(url, { ...init, signal })
    cli.debug(`${sending.method} ${url}: ${response.status} after ${cli.io.now() - startedMs} ms`)
    if (!response.ok) throw await refusalRead(response)
    return await response.text()
  } catch (cause) {
    if (cause instanceof OrreryError || cli.io.signal.aborted) throw cause
    throw unreachable(new URL(url).origin, cause, timeoutMs)
  }
}
