import { OrreryError } from '@orrery/api/errors.ts'
import type { Cli } from '../command.ts'
import type { Connection } from '../connection.ts'
import { call } from '../request.ts'

const usualPort = '50080'

/**
 * `ENVSERVER_HOST` and `ENVSERVER_PORT`, as the original tool reads them; else the facade of the server that this
 * user is signed in to; else its usual port on the same machine as the server.
 */
export async function envserverFind(cli: Cli): Promise<{ url: string; token: string | null }> {
  const { env } = cli.io
  const host = env['ENVSERVER_HOST'] ?? ''
  const port = env['ENVSERVER_PORT'] ?? ''
  if (host !== '' || port !== '') {
    if (port !== '' && !(/^[0-9]+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
      throw new OrreryError('invalid', `ENVSERVER_PORT must be a port number, 1 to 65535; got '${port}'`)
    const name = host === '' ? 'localhost' : host
    const scheme = isTls(env['ENVSERVER_TLS'], cli.insecure, name) ? 'https' : 'http'
    const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name
    const url = `${scheme}://${bracketed}:${port === '' ? usualPort : port}`
    if (!URL.canParse(url))
      throw new OrreryError('invalid', `ENVSERVER_HOST must be a host name or an address; got '${host}'`)
    return {
      url,
      token: env['ORRERY_TOKEN'] ?? null,
    }
  }
  const connection = await cli.connection()
  const known = connection.facades['envserver']
  if (known !== undefined) return { url: known, token: connection.token }
  if (connection.token === null) {
    return { url: `http://${new URL(connection.url).hostname}:${usualPort}`, token: null }
  }
  return { url: await envserverOf(cli, connection), token: connection.token }
}

/** Asks the server where its facade listens. One that listens everywhere is where the server itself was reached. */
async function envserverOf(cli: Cli, connection: Connection): Promise<string> {
  const status = await call(cli, 'statusView', {})
  const open = status.listeners.find((each) => each.name === 'envserver' && each.state === 'open')
  if (open === undefined) {
    throw new OrreryError(
      'not_found',
      `the server at ${connection.url} has no envserver facade open; \`orrery up --facades envserver\` opens one`,
    )
  }
  const url = new URL(open.url)
  if (['0.0.0.0', '[::]', 'localhost'].includes(url.hostname)) url.hostname = new URL(connection.url).hostname
  return url.origin
}

/** `ENVSERVER_TLS` goes over `--insecure`. Unset it is https, but not on this machine, where nobody has a certificate. */
function isTls(value: string | undefined, insecure: boolean, host: string): boolean {
  if (value === 'true') return true
  if (value === 'false') return false
  return !insecure && !['localhost', '127.0.0.1', '::1', '[::1]'].includes(host)
}
