/** Inventories to measure on, made through the verbs in chunks. */
import { nodeCreateMany } from '@orrery/server/verbs/node/create.ts'
import { placementApplyIn } from '@orrery/server/verbs/workload/place.ts'
import { siteCreate } from '@orrery/server/verbs/site/create.ts'
import { workloadCreateMany } from '@orrery/server/verbs/workload/create.ts'
import { transaction } from '@orrery/server/verbs/transaction.ts'
import type { Ctx } from '@orrery/server/verbs/context.ts'

const chunk = 1000
const gibibyte = 1024 ** 3

/** `count` hosts of `cpuCores` on one site; their ids. */
export async function hostsFill(ctx: Ctx, count: number, cpuCores = 64): Promise<string[]> {
  await siteCreate(ctx, { name: 'bench', kind: 'cloud' })
  return inChunks(count, (first, size) =>
    nodeCreateMany(
      ctx,
      Array.from({ length: size }, (_, index) => ({
        input: {
          name: `host-${String(first + index).padStart(6, '0')}`,
          site: 'bench',
          capacity: { cpuCores, memoryBytes: cpuCores * 4 * gibibyte },
        },
      })),
    ),
  )
}

/** `count` VMs of one core that nobody places by itself; their ids. */
export function machinesFill(ctx: Ctx, count: number): Promise<string[]> {
  return inChunks(count, (first, size) =>
    workloadCreateMany(
      ctx,
      Array.from({ length: size }, (_, index) => ({
        input: {
          name: `vm-${String(first + index).padStart(6, '0')}`,
          demand: { cpuCores: 1, memoryBytes: gibibyte },
          autoPlace: false,
        },
      })),
    ),
  )
}

/** Binds each VM to the hosts in turn. */
export async function bindAll(ctx: Ctx, machines: string[], hosts: string[]): Promise<void> {
  for (let first = 0; first < machines.length; first += chunk) {
    const placements = machines.slice(first, first + chunk).map((workloadId, index) => {
      const node = ctx.mirror.nodes.get(hosts[(first + index) % hosts.length] ?? '')
      if (node === undefined) throw new Error('a host that was just made is not in the mirror')
      return { workloadId, mode: 'bind' as const, node, reason: 'filled in' }
    })
    const placed = await transaction(ctx, (tx) => placementApplyIn(tx, ctx, placements))
    const refused = placed.find((each) => each.outcome !== 'ok')
    if (refused !== undefined)
      throw new Error(`a VM could not be bound: ${refused.outcome} ${refused.detail}`)
  }
}

async function inChunks(
  count: number,
  create: (first: number, size: number) => Promise<string[]>,
): Promise<string[]> {
  const ids: string[] = []
  for (let first = 0; first < count; first += chunk)
    ids.push(...(await create(first, Math.min(chunk, count - first))))
  return ids
}
