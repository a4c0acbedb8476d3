import { providerHealthSet } from '../../db/provider-health.ts'
import type { ProviderRow } from '../../providers/provider.ts'
import { settle } from '../../verbs/settle.ts'
import { record } from '../../verbs/transaction.ts'
import { fenced } from '../fenced.ts'
import type { LoopWork } from '../loop.ts'

/** Notes that a provider answered (`reason` null) or is away and why; a change of health is an event. */
export async function healthNote(
  work: LoopWork,
  provider: ProviderRow,
  reason: string | null,
): Promise<void> {
  const changed = await fenced(work, async (tx) => {
    const change = await providerHealthSet(tx, provider.id, reason)
    if (!change.changed) return false
    const health = reason === null ? 'healthy' : 'unhealthy'
    await record(tx, work.ctx, `provider.${health}`, {
      subject: { kind: 'provider', id: provider.id, name: provider.name },
      before: { health: change.before, reason: change.reasonBefore },
      after: { health, reason },
      reason,
    })
    return true
  })
  if (!changed) return
  await settle(work.ctx, { providers: true })
  // What waited for it may go on.
  if (reason === null) work.ctx.nudge('execute')
}
