/** Who makes a call on a facade's listener, by the facade's mode. */
import { BlockList, isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Actor } from '../verbs/actor.ts'
import type { FacadeOptions } from './facade.ts'

/** The caller, or why not; `challenge` is what a 401 offers. */
export type Admission = { actor: Actor } | { refusal: string; status: 401 | 403; challenge?: string }
export type Admit = (request: IncomingMessage) => Admission | Promise<Admission>

/** Throws `invalid` for a network that is none. */
export function admitOpen(options: Pick<FacadeOptions, 'mode' | 'authenticate'>, facade: Actor): Admit {
  const { mode } = options
  if (mode === 'token') return (request) => byToken(request, options)
  if (mode === 'basic') return (request) => byPassword(request, options)
  if (mode !== 'open') return notFromPages(byNetwork(mode.network, facade))
  const admission = { actor: facade }
  return notFromPages(() => admission)
}

/**
 * Where no secret is asked for, a web page open in somebody's browser could call from inside: by another site's `Origin`,
 * or by a name of its own that it points at this machine. The programs these protocols were made for send neither.
 */
function notFromPages(admit: Admit): Admit {
  const refused: Admission = { refusal: 'Calls from web pages of other sites are not allowed.', status: 403 }
  return (request) => (isFromPage(request) ? refused : admit(request))
}

function isFromPage(request: IncomingMessage): boolean {
  const { host = '', origin } = request.headers
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return true
  if (request.headers['sec-fetch-site'] === 'cross-site') return true
  const loopback = /^(::1|(::ffff:)?127\.)/i.test(request.socket.localAddress ?? '')
  return loopback && host !== '' && !/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host)
}

const tokenLengthMax = 200
const tokenRefusal: Admission = {
  refusal: 'Send `Authorization: Bearer TOKEN` with a valid token; make one with `orrery token create`.',
  status: 401,
  challenge: 'Bearer realm="orrery"',
}
const passwordRefusal: Admission = {
  refusal:
    'Send a principal’s name as user and one of its tokens as password; make one with `orrery token create`.',
  status: 401,
  challenge: 'Basic realm="orrery", charset="UTF-8"',
}

async function byToken(
  request: IncomingMessage,
  { authenticate }: Pick<FacadeOptions, 'authenticate'>,
): Promise<Admission> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined || token.length > tokenLengthMax) return tokenRefusal
  const actor = await authenticate(token)
  return actor === null ? tokenRefusal : { actor }
}

async function byPassword(
  request: IncomingMessage,
  { authenticate }: Pick<FacadeOptions, 'authenticate'>,
): Promise<Admission> {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const credentials = Buffer.from(encoded ?? '', 'base64').toString('utf8')
  const colon = credentials.indexOf(':')
  const token = credentials.slice(colon + 1)
  if (colon < 0 || token === '' || token.length > tokenLengthMax) return passwordRefusal
  const actor = await authenticate(token)
  return actor === null || actor.name !== credentials.slice(0, colon) ? passwordRefusal : { actor }
}

function byNetwork(networks: readonly string[], facade: Actor): Admit {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const version = isIP(address)
    const prefix = bits === undefined ? (version === 4 ? 32 : 128) : Number(bits)
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (version === 4 ? 32 : 128)) {
      throw new OrreryError(
        'invalid',
        `'${network}' is not a network in CIDR notation, as 192.168.0.0/16 or fd00::/8.`,
      )
    }
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
  }
  const admitted: Admission = { actor: facade }
  const refused: Admission = { refusal: 'Calls from this address are not allowed.', status: 403 }
  return (request) => {
    const address = request.socket.remoteAddress ?? ''
    // An IPv4 caller of a listener on `::` is shown as ::ffff:a.b.c.d.
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
    const version = isIP(mapped)
    return version !== 0 && list.check(mapped, version === 4 ? 'ipv4' : 'ipv6') ? admitted : refused
  }
}
