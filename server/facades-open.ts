import { readFileSync } from 'node:fs'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Authenticator } from './http/auth.ts'
import type { Facade, FacadeMode, FacadeRunning } from './facades/facade.ts'
import type { RunningServer, ServerOptions } from './options.ts'
import { portError } from './port-error.ts'
import type { Actor } from './verbs/actor.ts'
import type { Log, Services } from './verbs/context.ts'

export type FacadesOpen = {
  facades: readonly Facade[]
  options: ServerOptions
  services: Services
  authenticator: Authenticator
  log: (component: string) => Log
}
export type OpenedFacades = { listeners: RunningServer['listeners']; close(): Promise<void> }

/** Opens the facades that were asked for. In the demo one whose port is taken is left out; elsewhere that is an error. */
export async function facadesOpen(open: FacadesOpen): Promise<OpenedFacades> {
  const { options } = open
  const running: FacadeRunning[] = []
  const listeners: RunningServer['listeners'] = []
  const close = async () => {
    await Promise.all(running.map((facade) => facade.close()))
  }
  try {
    for (const facade of selected(open.facades, options.facades)) {
      const at = options.facadeAddresses[facade.name]
      const host = at?.address ?? options.listen
      const port = at?.port ?? facade.portDefault
      try {
        const opened = await facade.open({
          services: open.services,
          listen: { host, port },
          mode: modeOf(facade.name, host, options),
          ...(options.tls === null
            ? {}
            : { tls: { cert: readFileSync(options.tls.certFile), key: readFileSync(options.tls.keyFile) } }),
          authenticate: (secret) => apiActor(open.authenticator, secret),
          log: open.log(facade.name),
          env: process.env,
        })
        running.push(opened)
        listeners.push({ name: facade.name, url: opened.url, state: 'open', reason: null })
      } catch (error) {
        const known = portError(error, port, `--facade-address ${facade.name}=ADDRESS:PORT`)
        if (!options.demo || !(known instanceof OrreryError)) throw known
        listeners.push({
          name: facade.name,
          url: `http://${host}:${port}`,
          state: 'left-out',
          reason: known.message,
        })
      }
    }
  } catch (error) {
    await close()
    throw error
  }
  return { listeners, close }
}

/** A sign-in code or a browser's session is no token. */
async function apiActor(authenticator: Authenticator, secret: string): Promise<Actor | null> {
  const caller = await authenticator.callerOf(secret)
  return caller?.credential.kind === 'api' ? caller.actor : null
}

function selected(facades: readonly Facade[], asked: ServerOptions['facades']): readonly Facade[] {
  if (asked === 'all') return facades
  return asked.map((name) => {
    const facade = facades.find((each) => each.name === name)
    if (facade !== undefined) return facade
    const known = facades.map((each) => each.name).join(', ')
    throw new OrreryError(
      'invalid',
      `There is no facade '${name}'; there are ${known}, or write all or none.`,
    )
  })
}

/** Originals without authentication have clients that cannot authenticate: open on loopback, a choice elsewhere. */
function modeOf(name: string, host: string, options: ServerOptions): FacadeMode {
  const chosen = options.facadeModes[name]
  const loopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  if (chosen === undefined && !loopback) {
    throw new OrreryError(
      'invalid',
      `The facade ${name} would listen on ${host}, where anybody may call it. Choose who may with --facade-mode ${name}=basic, token, network:CIDR or open.`,
    )
  }
  if (chosen === undefined) return 'open'
  return chosen.mode === 'network' ? { network: chosen.cidrs } : chosen.mode
}
