import { OrreryError } from '@orrery/api/errors.ts'
import type { Provider, ProviderCreate } from '@orrery/api/provider.ts'
import { idNew } from '../../db/id.ts'
import { providerFind } from '../../db/provider.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'
import { providerItem } from './item.ts'
import { configSealed } from './secrets.ts'

/** Configures a provider. It is observed from the next round of the observe loop on. */
export async function providerCreate(ctx: Ctx, input: ProviderCreate): Promise<Provider> {
  requireRole(ctx, 'admin')
  const config = configChecked(ctx, input.kind, input.config ?? {})
  const provider = await transaction(ctx, async (tx) => {
    const id = idNew<'provider'>()
    await tx
      .insertInto('provider')
      .values({
        id,
        name: input.name,
        kind: input.kind,
        config: configStored(ctx, { id, kind: input.kind }, config),
        enabled: input.enabled ?? true,
      })
      .execute()
    const item = providerItem(ctx, found(await providerFind(tx, id), 'provider', id))
    await record(tx, ctx, 'provider.create', {
      subject: { kind: 'provider', id, name: item.name },
      after: item,
    })
    return item
  })
  await settle(ctx, { providers: true })
  ctx.nudge('observe')
  return provider
}

/** The config as its column holds it, its secrets sealed for this provider alone. */
export function configStored(
  ctx: Pick<Ctx, 'providerKinds' | 'sealer'>,
  { id, kind }: { id: string; kind: string },
  config: Record<string, unknown>,
): string {
  const schema = ctx.providerKinds.get(kind)?.configSchema
  return JSON.stringify(configSealed(schema, config, (text) => ctx.sealer.seal(text, id)))
}

/** The config with its defaults, or `invalid` with what is wrong. */
export function configChecked(
  ctx: Pick<Ctx, 'providerKinds'>,
  kind: string,
  config: unknown,
): Record<string, unknown> {
  const known = ctx.providerKinds.get(kind)
  if (known === undefined) {
    throw new OrreryError(
      'invalid',
      `\`kind\` must be one of ${[...ctx.providerKinds.keys()].join(', ')}; there is no provider kind '${kind}'.`,
    )
  }
  return known.configCheck(config)
}
