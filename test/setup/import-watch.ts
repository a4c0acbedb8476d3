/** Looks at an import from outside, as the tests do: is what is shown as allocated what the placed requests sum to? */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation } from '@orrery/api/operation.ts'
import type { Ctx } from '@orrery/server/verbs/context.ts'
import { operationView } from '@orrery/server/verbs/operation/view.ts'
import { allocationDrift } from './invariants.ts'

/** How many nodes are not as they must be, in one snapshot each. */
export async function allocationFaults({ pool }: Ctx['database']): Promise<number> {
  const wrong = [...(await allocationDrift(pool)), ...(await limitsExceeded(pool))]
  return wrong.length
}

async function limitsExceeded(pool: Ctx['database']['pool']): Promise<unknown[]> {
  const { rows } =
    await pool.query(`select node_id from node_allocation a where a.cpu > a.cpu_limit or a.memory > a.memory_limit
    or exists (select 1 from generate_subscripts(a.gpu, 1) i where a.gpu[i] > a.gpu_limit[i] or a.gpu[i] < 0)`)
  return rows
}

/** Follows an operation to its end and looks again and again meanwhile. */
export async function operationWatch(
  ctx: Ctx,
  id: string,
  everyMs: number,
  look: () => Promise<void>,
): Promise<Operation> {
  for (;;) {
    const operation = await operationView(ctx, id)
    await look()
    if (operation.endedAt !== null) return operation
    await sleep(everyMs)
  }
}
