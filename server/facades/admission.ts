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
  // A browser sends a password again that it was once given, whoever's page makes the call.
  if (mode === 'basic') return pagesOnlyRead((request) => byPassword(request, options))
  if (mode !== 'open') return pagesOnlyRead(namesOfOurs(byNetwork(mode.network, facade)))
  const admission = { actor: facade }
  return pagesOnlyRead(namesOfOurs(() => admission))
}

/**
 * Where no secret is asked for, a web page of another site that is open in somebody's browser could call from inside. It may
 * read what everybody may, as it could from the originals, and change nothing.
 */
function pagesOnlyRead(admit: Admit): Admit {
  const refused: Admission = {
    refusal: 'Web pages of other sites may read here, and change nothing.',
    status: 403,
  }
  return (request) => (isFromPage(request) && !isReading(request) ? refused : admit(request))
}

/** A page could also call by a name of its own that it points at this machine, and would be of the same site then. */
function namesOfOurs(admit: Admit): Admit {
  return (request) => (hasForeignName(request) ? nameRefused(request) : admit(request))
}

function isFromPage(request: IncomingMessage): boolean {
  const { host = '', origin } = request.headers
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return true
  return request.headers['sec-fetch-site'] === 'cross-site'
}

/** A preflight asks for the call that it goes before; without a word about that it is a read itself. */
function isReading({ method, headers }: IncomingMessage): boolean {
  const wanted = method === 'OPTIONS' ? (headers['access-control-request-method'] ?? 'GET') : method
  return wanted === 'GET' || wanted === 'HEAD'
}

/** Over loopback only the names that nobody else can give away are ours. */
function hasForeignName(request: IncomingMessage): boolean {
  const { host = '' } = request.headers
  const loopback = /^(::1|(::ffff:)?127\.)/i.test(request.socket.localAddress ?? '')
  return loopback && host !== '' && !/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host)
}

/** Who meets this is mostly a program behind a proxy or in a container: it is told what to do instead. */
function nameRefused({ headers: { host = '' } }: IncomingMessage): Admission {
  const shown = host.length > hostShownMax ? `${host.slice(0, hostShownMax)}…` : host
  return {
    refusal:
      `The Host header says '${shown}', a name that a web page could point at this machine. ` +
      'Call localhost, 127.0.0.1 or [::1]; with the mode token or basic every name is taken.',
    status: 403,
  }
}
const hostShownMax = 100

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
