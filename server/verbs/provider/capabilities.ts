import type { ProviderCapabilities } from '@orrery/api/provider.ts'
import type { Ctx } from '../context.ts'
import type { Tx } from '../transaction.ts'

/** The capabilities of a configured provider; those of a machine that registers itself when it is not known. */
export function capabilitiesOf(
  ctx: Pick<Ctx, 'mirror' | 'providerKinds'>,
  providerId: string,
): ProviderCapabilities | null {
  const kind = ctx.mirror.providers.get(providerId)?.kind
  return kind === undefined ? null : (ctx.providerKinds.get(kind)?.capabilities ?? null)
}

/** Whether the provider has to start what is bound to its nodes; else a bound workload counts as running. */
export function startsOnBind(ctx: Pick<Ctx, 'mirror' | 'providerKinds'>, providerId: string): boolean {
  return capabilitiesOf(ctx, providerId)?.start ?? false
}

/** The same of the node's provider, asked of the database: the mirror may not know yet what another replica made. */
export async function nodeStartsOnBind(
  tx: Tx,
  ctx: Pick<Ctx, 'providerKinds'>,
  nodeId: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom('node')
    .innerJoin('provider', 'provider.id', 'node.provider_id')
    .select('provider.kind')
    .where('node.id', '=', nodeId)
    .executeTakeFirst()
  return row !== undefined && (ctx.providerKinds.get(row.kind)?.capabilities.start ?? false)
}
