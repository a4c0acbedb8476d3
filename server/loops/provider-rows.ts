import type { Handle } from '../db/database.ts'
import type { ProviderRow } from '../providers/provider.ts'

/** The configured providers that are switched on. */
export async function providerRowsEnabled(handle: Handle): Promise<ProviderRow[]> {
  return handle
    .selectFrom('provider')
    .select(['id', 'name', 'kind', 'config', 'version'])
    .where('enabled', '=', true)
    .orderBy('id')
    .limit(1000)
    .execute()
}
