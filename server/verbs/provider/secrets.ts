/**
 * Secrets of a provider's config are those that its schema marks `writeOnly` (JSON Schema's word for it): they are set, and
 * never shown again to anybody, in no answer and no event.
 */
type Config = Record<string, unknown>

const isConfig = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const part = (schema: unknown, key: string): unknown => (isConfig(schema) ? schema[key] : undefined)
const isSecret = (schema: unknown): boolean => part(schema, 'writeOnly') === true

/** The config without its secrets. */
export function configShown(schema: unknown, config: Config): Config {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
      const inner = part(part(schema, 'properties'), key)
      return isSecret(inner) ? [] : [[key, shown(inner, value)]]
    }),
  )
}

function shown(schema: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => shown(part(schema, 'items'), each))
  return isConfig(value) ? configShown(schema, value) : value
}

/** What is given, with the secrets that it leaves out as they were: whoever changes the rest has not seen them. */
export function configWithSecrets(schema: unknown, before: Config, given: Config): Config {
  const kept: Config = { ...given }
  for (const [key, inner] of Object.entries(part(schema, 'properties') ?? {})) {
    const [was, now] = [before[key], given[key]]
    if (isSecret(inner) && now === undefined && was !== undefined) kept[key] = was
    else if (isConfig(was) && isConfig(now)) kept[key] = configWithSecrets(inner, was, now)
  }
  return kept
}
