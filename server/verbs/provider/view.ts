import type { Provider, ProviderKind } from '@orrery/api/provider.ts'
import { providerFind } from '../../db/provider.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { providerItem } from './item.ts'

export async function providerView(ctx: Ctx, ref: string): Promise<Provider> {
  requireRole(ctx, 'viewer')
  return providerItem(ctx, found(await providerFind(ctx.database.db, ref), 'provider', ref))
}

export async function providerKindList(ctx: Ctx): Promise<{ items: ProviderKind[] }> {
  requireRole(ctx, 'viewer')
  const items = [...ctx.providerKinds.values()].map(({ kind, description, capabilities, configSchema }) => ({
    kind,
    description,
    capabilities,
    configSchema,
  }))
  return { items }
}
