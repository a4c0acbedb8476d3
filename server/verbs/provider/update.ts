import { sql } from 'kysely'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Provider, ProviderUpdate } from '@orrery/api/provider.ts'
import { type ProviderRow, providerFind } from '../../db/provider.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { found } from '../found.ts'
import { settle } from '../settle.ts'
import { record, transaction } from '../transaction.ts'
import { configChecked, configStored } from './create.ts'
import { providerItem } from './item.ts'
import { configWithSecrets } from './secrets.ts'

/** Changes a provider. Switched off, it is not observed and nothing is applied through it; its nodes stay known. */
export async function providerUpdate(ctx: Ctx, ref: string, input: ProviderUpdate): Promise<Provider> {
  requireRole(ctx, 'admin')
  const provider = await transaction(ctx, async (tx) => {
    const { id } = found(await providerFind(tx, ref), 'provider', ref)
    await sql`select 1 from provider where id = ${id} for no key update`.execute(tx)
    const row = found(await providerFind(tx, id), 'provider', ref)
    const before = providerItem(ctx, row)
    if (input.name !== undefined && input.name !== before.name) assertNotManual(before)
    await tx
      .updateTable('provider')
      .set({
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
        ...(input.config === undefined
          ? {}
          : { config: configStored(ctx, row, configChanged(ctx, row, input.config)) }),
        changed_at: sql`clock_timestamp()`,
        version: sql`version + 1`,
      })
      .where('id', '=', before.id)
      .execute()
    const after = providerItem(ctx, found(await providerFind(tx, before.id), 'provider', ref))
    await record(tx, ctx, 'provider.update', {
      subject: { kind: 'provider', id: after.id, name: after.name },
      before,
      after,
    })
    return after
  })
  await settle(ctx, { providers: true })
  ctx.nudge('observe')
  return provider
}

function configChanged(ctx: Ctx, row: ProviderRow, given: Record<string, unknown>): Record<string, unknown> {
  const schema = ctx.providerKinds.get(row.kind)?.configSchema ?? {}
  const open = (sealed: string) => ctx.sealer.open(sealed, row.id)
  return configChecked(ctx, row.kind, configWithSecrets(schema, row.config, given, open))
}

/** Nodes that name no provider are this one's: it stays, under its name. */
export function assertNotManual(provider: Provider): void {
  if (provider.name !== 'manual' || provider.kind !== 'manual') return
  throw new OrreryError(
    'conflict',
    'The provider `manual` is part of the program: machines that register themselves belong to it.',
  )
}
