/**
 * The contract of a facade: an old system's wire protocol on a listener of its own, on top of the verbs. It has no
 * state and no rules; what an old protocol needs beyond the native rules is a named option of a verb.
 */
import type { Actor } from '../verbs/actor.ts'
import type { Log, Services } from '../verbs/context.ts'

export type Facade = {
  name: string
  portDefault: number
  open(options: FacadeOptions): Promise<FacadeRunning>
}

export type FacadeOptions = {
  services: Services
  /** port 0: any free one */
  listen: { host: string; port: number }
  tls?: { cert: string | Buffer; key: string | Buffer }
  mode: FacadeMode
  /** whom an API token speaks for; null when it is not valid */
  authenticate(secret: string): Promise<Actor | null>
  log: Log
  /** the facade reads the variables that its original read */
  env: Readonly<Record<string, string | undefined>>
}

/**
 * How a caller is known. `open`: not at all. `basic`: the name of a principal, with one of its tokens as password.
 * `token`: `Authorization: Bearer TOKEN`. `network`: by address, in CIDR notation. A call that has no principal of its own
 * acts as the facade's: `facade:NAME`.
 */
export type FacadeMode = 'open' | 'basic' | 'token' | { network: readonly string[] }

export type FacadeRunning = {
  /** with the port it really has */
  url: string
  /** Lets calls under way end, for a few seconds. */
  close(): Promise<void>
}
