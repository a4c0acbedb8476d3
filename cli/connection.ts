import { OrreryError } from '@orrery/api/errors.ts'
import { UsageError } from './exit-code.ts'
import type { Io } from './io.ts'
import { sessionRead } from './session.ts'

export const defaultUrl = 'http://127.0.0.1:8080'

/** Which server, and as whom. */
export type Connection = { url: string; token: string | null; facades: Record<string, string> }

/** `--url`, then ORRERY_URL, then the saved session, then this machine's default port. */
export async function connectionFind(env: Io['env'], urlFlag: string | undefined): Promise<Connection> {
  const chosen = urlFlag ?? text(env['ORRERY_URL'])
  const token = text(env['ORRERY_TOKEN'])
  // With both variables set, a broken session file is of no concern.
  const saved = chosen !== undefined && token !== undefined ? null : await sessionRead(env)
  const url = urlParse(chosen ?? saved?.url ?? defaultUrl)
  // What was saved is of the server that it was saved for, and of no other.
  const own = saved !== null && urlParse(saved.url) === url ? saved : null
  return { url, token: token ?? own?.token ?? null, facades: own?.facades ?? {} }
}

/** Without the slash at the end; refuses what is no HTTP URL. */
export function urlParse(given: string): string {
  let url: URL
  try {
    url = new URL(given)
  } catch {
    throw new UsageError(`'${given}' is not a URL`, `Give the whole address of the server, as ${defaultUrl}`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UsageError(
      `'${given}' is not an HTTP URL`,
      `Give the whole address of the server, as ${defaultUrl}`,
    )
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function text(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value
}

/** Tells these errors, for which a person can do something here, from those that the server answered with. */
export const unreached = 'the server was not reached'

const words: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is signed by itself (--skip-tls-verify, or NODE_EXTRA_CA_CERTS=FILE)',
  SELF_SIGNED_CERT_IN_CHAIN: 'nobody this machine trusts signed its certificate (NODE_EXTRA_CA_CERTS=FILE)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'nobody this machine trusts signed its certificate (NODE_EXTRA_CA_CERTS=FILE)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: use http',
}

/** What stands between this machine and a server that does not answer, in words. */
export function unreachable(url: string, cause: unknown, timeoutMs: number): OrreryError {
  const error = cause as Error & { cause?: NodeJS.ErrnoException }
  const options = { cause, detail: unreached }
  if (error.name === 'TimeoutError') {
    return new OrreryError('unavailable', `${url} did not answer within ${timeoutMs / 1000} s`, options)
  }
  const why = error.cause?.code ?? error.cause?.message ?? error.message
  return new OrreryError('unavailable', `${url} cannot be reached: ${words[why] ?? why}`, options)
}
