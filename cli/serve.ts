/** Runs the server in this process until it is told to stop. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { Cli } from './command.ts'
import { consoleReady } from './console-ready.ts'
import { sessionRead, sessionWrite } from './session.ts'
import type { UpOptions } from './up-options.ts'
import type { RunningServer, ServerStart } from './server-module.ts'

export async function serverRun(cli: Cli, options: UpOptions): Promise<void> {
  cli.io.runWithoutReader()
  await consoleReady(cli)
  const { serverStart }: { serverStart: ServerStart } = await import('@orrery/server/main.ts')
  const server = await serverStart({
    ...options,
    onProgress: (line) => cli.note(line),
    signal: cli.io.signal,
  })
  try {
    await signIn(cli, server)
    announce(cli, server)
    const ended = await Promise.race([server.closed, aborted(cli.io.signal)])
    if (ended !== undefined && ended.lost !== null)
      throw new OrreryError(
        'unavailable',
        `The server has stopped, for it has lost its database: ${ended.lost}.`,
      )
  } finally {
    await server.close()
  }
}

/** Later commands of this user on this machine go to this server. */
async function signIn(cli: Cli, server: RunningServer): Promise<void> {
  const open = server.listeners.filter((each) => each.state === 'open' && each.name !== 'api')
  const before = await sessionRead(cli.io.env).catch((error: unknown) => {
    // A broken file is about to be replaced by a good one.
    if (error instanceof OrreryError) return null
    throw error
  })
  try {
    await sessionWrite(cli.io.env, {
      url: server.url,
      token: server.localToken,
      tokenId: null,
      facades: Object.fromEntries(open.map((each) => [each.name, each.url])),
    })
  } catch (error) {
    if (!(error instanceof OrreryError)) throw error
    // The file is a convenience: a service without a home runs as well without it.
    const how = server.signInLink === null ? 'a sign-in link or token of yours' : 'the link below'
    cli.note(
      `This user is not signed in: ${error.message}. \`orrery login\` with ${how} works where it can be kept.`,
    )
    return
  }
  if (before !== null && before.url !== server.url) {
    cli.note(`The command line of this user now talks to this server; before, to ${before.url}.`)
  }
}

function announce(cli: Cli, server: RunningServer): void {
  const { bold, dim, yellow, cyan } = cli.colors
  cli.print('')
  if (server.signInLink === null)
    cli.print(`${bold('Console')}  ${cyan(server.url)}  ${dim('a new sign-in link: orrery login --link')}`)
  else cli.print(`${bold('Sign in')}  ${cyan(server.signInLink)}  ${dim('works once')}`)
  cli.print(`${bold('API')}      ${server.url}/api/v1  ${dim(`described at ${server.url}/docs`)}`)
  const width = Math.max(0, ...server.listeners.map((each) => each.name.length))
  for (const { name, url, state, reason } of server.listeners) {
    const where = state === 'open' ? url : yellow(`left out: ${reason ?? 'no reason given'}`)
    cli.print(`  ${name.padEnd(width)}  ${where}`)
  }
  cli.print(dim('Stop with Ctrl-C.'))
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
