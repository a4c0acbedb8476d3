/**
 * Secrets of a provider's config are those that its schema marks `writeOnly` (JSON Schema's word for it): they are set, sealed
 * in the database, and never shown again to anybody, in no answer and no event. What was stored before there were seals is
 * read as it is, and sealed when the config is next changed.
 */
import { type Sealer, isSealed } from '../../db/seal.ts'

type Config = Record<string, unknown>
type Open = (sealed: string) => string

const isConfig = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const part = (schema: unknown, key: string): unknown => (isConfig(schema) ? schema[key] : undefined)
const isSecret = (schema: unknown): boolean => part(schema, 'writeOnly') === true

/** The config without its secrets. */
export function configShown(schema: unknown, config: Config): Config {
  return secretsMapped(schema, config, () => undefined)
}

/** The config as it is stored. */
export function configSealed(schema: unknown, config: Config, seal: (text: string) => string): Config {
  return secretsMapped(schema, config, (secret) => seal(JSON.stringify(secret)))
}

/** Gives a provider's config as the provider itself needs it. */
export function configOpener(sealer: Sealer) {
  return (row: { id: string; config: Config }, kind: { configSchema: unknown }): Config =>
    secretsMapped(kind.configSchema, row.config, (stored) =>
      secretOpened(stored, (sealed) => sealer.open(sealed, row.id)),
    )
}

function secretOpened(stored: unknown, open: Open): unknown {
  return isSealed(stored) ? JSON.parse(open(stored)) : stored
}

/** Every secret changed to what `change` makes of it; left out where that is undefined. */
function secretsMapped(schema: unknown, config: Config, change: (secret: unknown) => unknown): Config {
  const mapped = (inner: unknown, value: unknown): unknown => {
    if (isSecret(inner)) return change(value)
    if (Array.isArray(value)) return value.map((each) => mapped(part(inner, 'items'), each))
    return isConfig(value) ? secretsMapped(inner, value, change) : value
  }
  return Object.fromEntries(
    Object.entries(config)
      .map(([key, value]) => [key, mapped(part(part(schema, 'properties'), key), value)] as const)
      .filter(([, value]) => value !== undefined),
  )
}

/**
 * What is given, with the secrets that it leaves out as they were: whoever changes the rest has not seen them. `before` is as
 * stored; only what is kept of it is opened, so that a secret whose key is lost can be set anew.
 */
export function configWithSecrets(schema: unknown, before: Config, given: Config, open: Open): Config {
  const kept: Config = { ...given }
  for (const [key, inner] of Object.entries(part(schema, 'properties') ?? {})) {
    const [was, now] = [before[key], given[key]]
    if (isSecret(inner) && now === undefined && was !== undefined) kept[key] = secretOpened(was, open)
    else if (isConfig(was) && isConfig(now)) kept[key] = configWithSecrets(inner, was, now, open)
  }
  return kept
}
