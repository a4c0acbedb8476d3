import type { Session as SignedIn } from '@orrery/api/principal.ts'
import { type Cli, type Command, type Given, quietFlag } from '../command.ts'
import { type Connection, unreachable } from '../connection.ts'
import { UsageError } from '../exit-code.ts'
import { refusalRead } from '../refusal.ts'
import { call } from '../request.ts'
import { sessionPlaceReady, sessionRead, sessionWrite } from '../session.ts'

const timeoutMs = 30_000
const tokenSeconds = 90 * 86_400

export const loginCommand: Command = {
  words: ['login'],
  summary: 'sign this command line in, or make a new sign-in link',
  description:
    'Takes the code of a one-time sign-in link (or the whole link), or a token; asks for one when neither is given. What is kept is a token of its own, in a file that only you can read. Secrets on a command line can be seen by others on the machine: `--code -` and `--token -` read them from standard input.',
  examples: [
    'orrery login',
    'orrery login --url https://orrery.example.org --token -  < token',
    'orrery login --code http://127.0.0.1:8080/sign-in#K7…',
    'orrery login --link   # a new link for your browser',
  ],
  flags: [
    {
      name: 'code',
      value: 'CODE',
      description: 'of a sign-in link, or the link itself; - for standard input',
    },
    {
      name: 'token',
      value: 'TOKEN',
      description: 'a token made with `orrery token create`; - for standard input',
    },
    { name: 'link', description: 'print a new one-time sign-in link for yourself' },
    quietFlag,
  ],
  async run(cli, given) {
    if (given.on('link') === true) await linkPrint(cli, given)
    else await signIn(cli, given)
  },
}

async function linkPrint(cli: Cli, given: Given): Promise<void> {
  const me = await call(cli, 'sessionView', {})
  const link = await call(cli, 'principalInvite', { ref: me.principal.id, body: {} })
  cli.print(link.url)
  if (given.on('quiet') !== true)
    cli.note(`It signs a browser in as ${me.principal.name}, once, until ${link.expiresAt}.`)
}

async function signIn(cli: Cli, given: Given): Promise<void> {
  const code = await secretOf(cli, given.text('code'))
  const token = await secretOf(cli, given.text('token'))
  if (code !== null && token !== null) throw new UsageError('give --code or --token, not both')
  const secret = code ?? token ?? (await asked(cli))
  const link = code !== null || (token === null && looksLikeLink(secret)) ? linkParse(secret) : null
  const connection = await cli.connection()
  // A link knows its server, unless another was named.
  const url =
    link?.origin != null && connection.url.startsWith('http://127.0.0.1') ? link.origin : connection.url
  const here: Connection = { ...connection, url, token: link === null ? secret : null }
  await sessionPlaceReady(cli.io.env)
  const signedIn = link === null ? null : await tokenFromCode(cli, url, link.code)
  const kept: Connection = signedIn === null ? here : { ...here, token: signedIn.token }

  const me = await call(cli, 'sessionView', {}, { connection: kept })
  const before = await sessionRead(cli.io.env)
  const path = await sessionWrite(cli.io.env, {
    url,
    token: kept.token,
    tokenId: signedIn?.tokenId ?? null,
    facades: before?.url === url ? before.facades : {},
  })
  cli.note(`Signed in to ${url} as ${me.principal.name} (${me.role}). Kept in ${path}.`)
}

async function secretOf(cli: Cli, given: string | undefined): Promise<string | null> {
  if (given !== '-') return given ?? null
  const text = await cli.io.readInput(10_000)
  if (text === null || text.trim() === '') throw new UsageError('standard input holds no code and no token')
  return text.trim()
}

async function asked(cli: Cli): Promise<string> {
  if (!cli.io.interactive) throw new UsageError('--code or --token is needed where nobody can be asked')
  const secret = await cli.io.ask('Sign-in link, code or token: ', { secret: true })
  if (secret.trim() === '') throw new UsageError('nothing was given to sign in with')
  return secret.trim()
}

function looksLikeLink(text: string): boolean {
  return /^https?:\/\//.test(text)
}

/** The code of a sign-in link: what follows `code=` or `#` in it, or its last part; a bare code is itself. */
export function linkParse(text: string): { code: string; origin: string | null } {
  if (!looksLikeLink(text)) return { code: text, origin: null }
  const url = new URL(text)
  const fragment = url.hash.replace(/^#/, '')
  const code =
    url.searchParams.get('code') ??
    new URLSearchParams(fragment).get('code') ??
    (fragment === '' ? decodeURIComponent(url.pathname.split('/').at(-1) ?? '') : fragment)
  if (code === '') throw new UsageError('there is no sign-in code in that link')
  return { code, origin: url.origin }
}

/** A code buys a browser's session; that session makes the token which is kept, and ends. */
async function tokenFromCode(
  cli: Cli,
  url: string,
  code: string,
): Promise<{ token: string; tokenId: string }> {
  const exchanged = await post(cli, url, 'POST', '/session', { code }, {})
  const session = (await exchanged.json()) as SignedIn
  const cookie = exchanged.headers
    .getSetCookie()
    .map((each) => each.split(';')[0] ?? '')
    .join('; ')
  const headers = { cookie, ...(session.csrfToken === null ? {} : { 'x-orrery-csrf': session.csrfToken }) }
  const name = `command line on ${cli.io.hostName}`
  const made = await post(cli, url, 'POST', '/tokens', { name, expiresInSeconds: tokenSeconds }, headers)
  const created = (await made.json()) as { token: { id: string }; secret: string }
  await post(cli, url, 'DELETE', '/session', undefined, headers)
  return { token: created.secret, tokenId: created.token.id }
}

async function post(
  cli: Cli,
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Response> {
  try {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...headers,
        origin: url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.any([cli.io.signal, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw await refusalRead(response)
    return response
  } catch (cause) {
    if (cause instanceof TypeError || (cause instanceof Error && cause.name === 'TimeoutError')) {
      throw unreachable(url, cause, timeoutMs)
    }
    throw cause
  }
}
