/** From the flags and variables of `orrery up` to what the server is started with. */
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Given } from './command.ts'
import { urlParse } from './connection.ts'
import { databaseUrlOfVariable } from './database-flags.ts'
import { UsageError } from './exit-code.ts'
import type { Io } from './io.ts'
import { portsApart } from './ports-apart.ts'
import { likely } from './suggest.ts'
import { tlsFiles } from './tls-files.ts'
import { facadeNames, logLevels, upFlags } from './up-flags.ts'

export type FacadeName = (typeof facadeNames)[number]
export type LogLevel = (typeof logLevels)[number]
export type FacadeMode = { mode: 'open' | 'basic' | 'token' } | { mode: 'network'; cidrs: string[] }

export type UpOptions = {
  demo: boolean
  facades: 'all' | readonly FacadeName[]
  dataDir: string | null
  /** null: in the data directory */
  secretKeyFile: string | null
  /** null: the embedded PostgreSQL */
  databaseUrl: string | null
  port: number
  listen: string
  publicUrl: string | null
  trustProxy: readonly string[]
  tls: { certFile: string; keyFile: string } | null
  facadeAddresses: Partial<Record<FacadeName, { address: string; port: number }>>
  facadeModes: Partial<Record<FacadeName, FacadeMode>>
  logDir: string | null
  logLevel: { level: LogLevel; components: Record<string, LogLevel> }
  speed: number | null
  seed: number | null
  /** null: for ever */
  retentionDays: number | null
}

export function upOptions(given: Given, env: Io['env']): UpOptions {
  const options = optionsRead(given, env)
  portsApart(options)
  return options
}

/** The same for a command that has more to say about ports, and looks itself whether they are apart. */
export function optionsRead(given: Given, env: Io['env']): UpOptions {
  const values = (name: string): readonly string[] => valuesOf(name, given, env)
  const last = (name: string): string | null => values(name).at(-1) ?? null
  const path = (name: string): string | null => {
    const text = last(name)
    // A script's unset variable, which would be the folder that it happens to run in.
    if (text === '') throw new UsageError(`--${name} must not be empty`)
    return text === null ? null : resolve(text)
  }
  const publicUrl = last('public-url')
  return {
    demo: demoOf(given, env),
    facades: facadesOf(last('facades')),
    dataDir: path('data-dir'),
    secretKeyFile: path('secret-key-file'),
    databaseUrl: databaseUrlOfVariable(env),
    port: portOf('--port', last('port') ?? '8080'),
    listen: addressOf('--listen', last('listen') ?? '127.0.0.1'),
    publicUrl: publicUrl === null ? null : urlParse(publicUrl),
    trustProxy: values('trust-proxy').map((each) => cidrOf('--trust-proxy', each)),
    tls: tlsFiles(path('tls-cert'), path('tls-key')),
    facadeAddresses: Object.fromEntries(values('facade-address').map(facadeAddressOf)),
    facadeModes: Object.fromEntries(values('facade-mode').map(facadeModeOf)),
    logDir: path('log-file'),
    logLevel: logLevelOf(last('log-level') ?? 'info'),
    speed: numberOf('--speed', last('speed'), (value) => value > 0, 'a number above 0'),
    seed: numberOf(
      '--seed',
      last('seed'),
      (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
      'a whole number from 0 to 4294967295',
    ),
    retentionDays: retentionOf(last('retention') ?? '30'),
  }
}

/** Flags, or else the variable; several in a variable are apart by spaces (a mode has commas of its own). */
function valuesOf(name: string, given: Given, env: Io['env']): readonly string[] {
  const texts = given.texts(name)
  if (texts.length > 0) return texts
  const flag = upFlags.find((each) => each.name === name)
  const text = flag === undefined ? '' : (env[flag.env] ?? '')
  if (text === '') return []
  return flag?.repeatable === true ? text.trim().split(/\s+/) : [text]
}

function demoOf(given: Given, env: Io['env']): boolean {
  const flag = given.on('demo')
  if (flag !== undefined) return flag
  const text = env['ORRERY_DEMO'] ?? ''
  if (['', 'false', '0', 'no'].includes(text)) return false
  if (['true', '1', 'yes'].includes(text)) return true
  throw new UsageError(`ORRERY_DEMO must be true or false; got '${text}'`)
}

function facadesOf(text: string | null): 'all' | FacadeName[] {
  if (text === 'all') return 'all'
  if (text === null || text === 'none') return []
  return text
    .split(',')
    .filter((each) => each !== '')
    .map((each) => facadeOf('--facades', each))
}

function facadeOf(what: string, text: string): FacadeName {
  const name = facadeNames.find((each) => each === text)
  if (name !== undefined) return name
  const hint = likely(text, facadeNames)
  throw new UsageError(
    `${what}: there is no facade '${text}'${hint === null ? '' : `. Did you mean '${hint}'?`}`,
    `Facades: ${facadeNames.join(', ')}.`,
  )
}

function portOf(what: string, text: string): number {
  const port = Number(text)
  if (!/^[0-9]+$/.test(text) || port > 65_535)
    throw new UsageError(`${what} must be a port, 0 (any free one) to 65535; got '${text}'`)
  return port
}

function addressOf(what: string, text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) === 0 && bare !== 'localhost')
    throw new UsageError(`${what} must be an IP address, as 0.0.0.0; got '${text}'`)
  return bare
}

function cidrOf(what: string, text: string): string {
  const [address = '', bits] = text.split('/')
  const family = isIP(address)
  const fits = bits === undefined || (/^[0-9]+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  if (family === 0 || !fits)
    throw new UsageError(`${what} must be an address or a range, as 10.0.0.0/8; got '${text}'`)
  return text
}

function pairOf(what: string, text: string): [FacadeName, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`${what} must be NAME=…, as ${exampleOf(what)}; got '${text}'`)
  return [facadeOf(what, text.slice(0, at)), text.slice(at + 1)]
}
const exampleOf = (what: string): string =>
  what === '--facade-mode' ? 'wasmiot=token' : 'wasmiot=0.0.0.0:3000'

function facadeAddressOf(text: string): [FacadeName, { address: string; port: number }] {
  const [name, value] = pairOf('--facade-address', text)
  const match = /^(.*):([0-9]+)$/.exec(value)
  if (match === null)
    throw new UsageError(`--facade-address must be NAME=ADDR:PORT, as wasmiot=0.0.0.0:3000; got '${text}'`)
  return [
    name,
    {
      address: addressOf('--facade-address', match[1] ?? ''),
      port: portOf('--facade-address', match[2] ?? ''),
    },
  ]
}

function facadeModeOf(text: string): [FacadeName, FacadeMode] {
  const [name, value] = pairOf('--facade-mode', text)
  if (value === 'open' || value === 'basic' || value === 'token') return [name, { mode: value }]
  const cidrs = value.startsWith('network:') ? value.slice('network:'.length).split(',') : []
  if (cidrs.length === 0)
    throw new UsageError(`--facade-mode must be open, basic, token or network:CIDR,…; got '${value}'`)
  return [name, { mode: 'network', cidrs: cidrs.map((each) => cidrOf('--facade-mode', each)) }]
}

function logLevelOf(text: string): UpOptions['logLevel'] {
  const result: UpOptions['logLevel'] = { level: 'info', components: {} }
  for (const part of text.split(',')) {
    const [component, word] = part.includes('=') ? part.split('=', 2) : [undefined, part]
    const level = logLevels.find((each) => each === word)
    if (level === undefined)
      throw new UsageError(`--log-level must be one of ${logLevels.join(', ')}; got '${word}'`)
    if (component === undefined) result.level = level
    else result.components[component] = level
  }
  return result
}

function numberOf(
  what: string,
  text: string | null,
  fits: (value: number) => boolean,
  words: string,
): number | null {
  if (text === null) return null
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || !fits(value))
    throw new UsageError(`${what} must be ${words}; got '${text}'`)
  return value
}

function retentionOf(text: string): number | null {
  if (text === 'off') return null
  const fits = (value: number) => Number.isInteger(value) && value >= 1 && value <= 36_500
  return numberOf('--retention', text, fits, 'a whole number of days from 1 to 36500, or off')
}
