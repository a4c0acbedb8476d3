/** The REST dialect of the original environment server, as its own client speaks it. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { Cli } from '../command.ts'
import { unreachable } from '../connection.ts'
import { answered } from '../refusal.ts'
import { call } from '../request.ts'
import { envserverFind } from './find.ts'

const timeoutMs = 30_000

export type Usage = { disk_read: number; disk_write: number; netrx: number; nettx: number }
export type Host = Usage & {
  hostid: string
  stateid: number
  total_cpu: number
  total_memory: number
  usage_cpu: number
  usage_memory: number
  vms: number
  energy_usage: number
}
export type Vm = Usage & {
  vmid: string
  stateid: number
  deployed: boolean
  hostid: string
  hoststateid: number
  total_cpu: number
  total_memory: number
  usage_cpu: number
  usage_memory: number
}
export type Metric = Usage & { timestamp: string; cpu: number; memory: number; energy_usage: number }

/** Calls the envserver; gives the body of a 200 and throws its text for anything else, as the original client does. */
export async function envserver(cli: Cli, method: string, path: string, body?: unknown): Promise<string> {
  const { url, token } = await envserverFind(cli)
  const send = async (authorization: string | null): Promise<Response> =>
    await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === null ? {} : { authorization }),
      },
      signal: AbortSignal.any([cli.io.signal, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  try {
    let response = await send(token === null ? null : `Bearer ${token}`)
    if (
      token !== null &&
      response.status === 401 &&
      response.headers.get('www-authenticate')?.startsWith('Basic ') === true
    ) {
      await response.body?.cancel()
      response = await send(await basic(cli, token))
    }
    const text = await response.text()
    cli.debug(`${method} ${url}${path}: ${response.status}`)
    if (response.status !== 200) throw refusal(response.status, text)
    return text
  } catch (cause) {
    if (cause instanceof OrreryError || cli.io.signal.aborted) throw cause
    throw unreachable(url, cause, timeoutMs)
  }
}

/** A facade in the mode `basic` takes the name of the principal beside its token. */
async function basic(cli: Cli, token: string): Promise<string> {
  const me = await call(cli, 'sessionView', {})
  return `Basic ${Buffer.from(`${me.principal.name}:${token}`).toString('base64')}`
}

/** The same, read as JSON: what is not there is null in this dialect, an empty list too. */
export async function envserverJson<T>(cli: Cli, method: string, path: string): Promise<T | null> {
  const text = await envserver(cli, method, path)
  try {
    return JSON.parse(text) as T | null
  } catch (cause) {
    throw new OrreryError(
      'internal',
      `that is not an envserver: it answered ${path} with '${text.slice(0, 80)}'`,
      { cause },
    )
  }
}

function refusal(status: number, text: string): OrreryError {
  const message = text.trim() === '' ? `HTTP ${status}` : text.trim()
  if (status === 401) return new OrreryError('unauthorized', message)
  if (status === 403) return new OrreryError('forbidden', message, { detail: answered })
  if (status === 404) return new OrreryError('not_found', message)
  // The dialect has 500 for every refusal that is about content: an unknown host, a name that is taken.
  if (/duplicate key/.test(message)) return new OrreryError('conflict', message)
  if (/not found|does not exist/i.test(message)) return new OrreryError('not_found', message)
  return new OrreryError(status >= 500 ? 'internal' : 'invalid', message, { status })
}
