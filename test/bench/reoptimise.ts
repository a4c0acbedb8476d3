/** Migrations proposed for 10,000 hosts and 100,000 machines: consolidation, balance, evacuation, rearrangement. */
import { inventoryCreate } from '@orrery/core/inventory.ts'
import type { PlannerInventory, PlannerWorkload } from '@orrery/core/inventory/model.ts'
import {
  placementChoose,
  placementClass,
  placementIndexCreate,
  placementReserve,
} from '@orrery/core/planner/placement-index.ts'
import { balancePropose } from '@orrery/core/planner/reoptimise/balance.ts'
import { consolidatePropose } from '@orrery/core/planner/reoptimise/consolidate.ts'
import { evacuatePropose } from '@orrery/core/planner/reoptimise/evacuate.ts'
import type { Proposal, Standing } from '@orrery/core/planner/reoptimise/proposal.ts'
import { rearrangePropose } from '@orrery/core/planner/reoptimise/rearrange.ts'
import type { PlannerPolicy } from '@orrery/core/policy/model.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { randomBelow, randomPick, randomShuffle, randomStream } from '@orrery/core/random.ts'
import type { NodeId, SiteId, WorkloadId } from '@orrery/api/id.ts'
import type { Bench, Report } from './bench.ts'

const hosts = 10_000
const machines = 100_000
const movesMax = 10_000
const goalMs = 2000
const gibibyte = 1024 ** 3

export const reoptimise: Bench = {
  name: 'reoptimise',
  summary: 'migrations proposed for 10,000 hosts and 100,000 machines',
  run(report) {
    const { inventory, standing } = cluster(policyResolve({ algorithm: 'random' }))
    report.say(
      `${hosts} hosts, ${standing.length} machines of 200 kinds placed at random; at most ${movesMax} moves, each with its cost and reason.`,
    )
    const policy = policyResolve({ algorithm: 'best-fit' })
    const asked = { inventory, standing, movesMax, policy }
    const nodeIndexes = Array.from({ length: hosts / 20 }, (_, at) => at)
    const other = cluster(policyResolve({ algorithm: 'best-fit' }))
    const wanted = standing.slice(0, movesMax).map((each, at) => ({
      standing: each,
      toIndex: other.standing[at]?.nodeIndex ?? each.nodeIndex,
    }))
    measure(
      report,
      'consolidate',
      () => consolidatePropose(asked),
      ({ gain }) => `${gain.nodesInUseBefore} hosts in use before, ${gain.nodesInUseAfter} after`,
    )
    measure(
      report,
      'balance',
      () => balancePropose(asked),
      ({ gain }) =>
        `the fullest at ${percent(gain.highestBefore)} before, at ${percent(gain.highestAfter)} after`,
    )
    measure(
      report,
      'evacuate',
      () => evacuatePropose({ ...asked, nodeIndexes }),
      ({ gain }) => `${gain.nodesEmptied} of ${gain.nodesAsked} hosts emptied`,
    )
    measure(
      report,
      'rearrange',
      () => rearrangePropose({ ...asked, wanted, movesMax: 2 * movesMax }),
      ({ gain }) =>
        `${gain.reached} of ${gain.wanted} where they are wanted, ${gain.aside} after stepping aside`,
    )
    return Promise.resolve()
  },
}

/** The first time, as a person who asks has it. */
function measure<Gain>(
  report: Report,
  metric: string,
  propose: () => Proposal<Gain>,
  inWords: (proposal: Proposal<Gain>) => string,
): void {
  const began = performance.now()
  const proposal = propose()
  const ms = performance.now() - began
  report.say(`${metric}: ${proposal.moves.length} moves; ${inWords(proposal)}`)
  report.figure({ metric, value: ms, unit: 'ms', goal: { atMost: goalMs } })
}

function cluster(policy: PlannerPolicy): { inventory: PlannerInventory; standing: Standing[] } {
  const site = { id: 'site' as SiteId, name: 'site', kind: 'cloud' as const } // the planner never looks into an id
  const stream = randomStream(1, 'reoptimise')
  const inventory = inventoryCreate(
    [
      {
        ...site,
        overcommitRatio: 1,
        allowedRiskLevels: [],
        renewableShare: 0,
        carbonGramsPerKwh: 0,
        links: [],
      },
    ],
    Array.from({ length: hosts }, (_, at) => {
      const cpuCores = randomPick(stream, [32, 48, 64])
      return {
        id: `host-${at}` as NodeId, // the planner never looks into an id
        name: `host-${at}`,
        siteId: site.id,
        ready: true,
        capacity: { cpuCores, memoryBytes: cpuCores * 4 * gibibyte, diskBytes: 1e13, gpus: [] },
        allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: [] },
        capabilities: [],
        labels: {},
        workloadCount: 0,
      }
    }),
    [],
  )
  const kinds = Array.from({ length: 200 }, () => ({
    cpuCores: 1 + randomBelow(stream, 6),
    memoryBytes: (1 + randomBelow(stream, 24)) * gibibyte,
    diskBytes: 20 * gibibyte,
    gpu: { count: 0, milli: 0, models: [] },
  }))
  const index = placementIndexCreate(inventory, policy, () => randomBelow(stream, 2 ** 32) / 2 ** 32)
  const asks = randomShuffle(
    randomStream(2, 'reoptimise'),
    Array.from({ length: machines }, (_, at): PlannerWorkload => {
      const demand = kinds[at % kinds.length]
      if (demand === undefined) throw new Error('there are kinds')
      const id = `vm-${at}` as WorkloadId // the planner never looks into an id
      return { id, name: `vm-${at}`, kind: 'vm', demand, constraints: {}, priority: 0 }
    }),
  )
  const standing = asks.flatMap((workload): Standing[] => {
    const asked = placementClass(index, workload)
    const nodeIndex = placementChoose(index, asked)
    if (nodeIndex < 0) return []
    const gpuIndexes = placementReserve(index, asked, nodeIndex)
    return [{ workload: { ...workload, gpuIndexes }, nodeIndex }]
  })
  return { inventory, standing }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
