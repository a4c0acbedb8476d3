import { OrreryError } from '@orrery/api/errors.ts'
import type { Connections, Provider, ProviderKindSpec, ProviderOpen, ProviderRow } from './provider.ts'

/** Keeps one open provider per row of the inventory, of the configuration that the row has now. */
export function connectionsOpen(
  kinds: readonly ProviderKindSpec[],
  shared: Pick<ProviderOpen, 'database' | 'nowMs'>,
  /** a row's config with its secrets opened */
  configOf: (row: ProviderRow, kind: ProviderKindSpec) => ProviderOpen['config'],
): Connections {
  const open = new Map<string, { version: number; provider: Promise<Provider> }>()

  async function shut(id: string): Promise<void> {
    const had = open.get(id)
    open.delete(id)
    // One that could not be opened has nothing to close; whoever asked for it was told why.
    const provider = await had?.provider.catch(() => null)
    await provider?.close()
  }

  async function start(row: ProviderRow): Promise<Provider> {
    await shut(row.id)
    const kind = kinds.find((each) => each.kind === row.kind)
    if (kind === undefined) {
      throw new OrreryError(
        'unavailable',
        `This server knows no provider of kind '${row.kind}' (provider '${row.name}').`,
      )
    }
    return kind.open({ id: row.id, name: row.name, config: configOf(row, kind), ...shared })
  }

  return {
    of(row) {
      const had = open.get(row.id)
      // A caller that read the row a moment ago does not bring an older configuration back.
      if (had !== undefined && row.version <= had.version) return had.provider
      const provider = start(row)
      const entry = { version: row.version, provider }
      // After `start` has shut the old one, which it does before its first await hands over.
      open.set(row.id, entry)
      provider.catch(() => {
        // The next caller tries again.
        if (open.get(row.id) === entry) open.delete(row.id)
      })
      return provider
    },
    async keep(ids) {
      await Promise.all([...open.keys()].filter((id) => !ids.has(id)).map(shut))
    },
    async close() {
      await Promise.all([...open.keys()].map(shut))
    },
  }
}
