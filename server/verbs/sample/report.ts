import { type BlockWriter, blockWriter } from '../../db/sample/block.ts'
import type { UsageNow } from '../../db/usages.ts'
import { requireRole } from '../actor.ts'
import type { Ctx, Services } from '../context.ts'

/**
 * Takes single samples, one per call, for protocols that send them so. Those that come in one go become
 * one block of the group commit; each call resolves when its sample is durable. The last to arrive is the latest value,
 * whatever its instant. Any instant and any finite number is stored as it is.
 */
export type SampleReporter = {
  /** the subject must exist; values in the order of a sample's columns, the last as its reporter wrote the first */
  report(ctx: Ctx, subjectId: string, usage: UsageNow): Promise<void>
}

type Waiting = {
  subjectId: string
  usage: UsageNow
  arrival: number
  resolve: () => void
  reject: (error: unknown) => void
}
type Group = { block: BlockWriter; waiting: Waiting[] }

const rowsExpected = 64

export function sampleReporterOpen({
  samples,
  usages,
}: Pick<Services, 'samples' | 'usages'>): SampleReporter {
  let group: Group | null = null
  let arrivals = 0
  let underWay = 0
  /** Groups may commit in another order than they came: the latest arrival that was applied, while any is under way. */
  const applied = new Map<string, number>()

  function durable(waiting: Waiting): void {
    if ((applied.get(waiting.subjectId) ?? -1) < waiting.arrival) {
      applied.set(waiting.subjectId, waiting.arrival)
      usages.set(waiting.subjectId, waiting.usage, 'arrival')
    }
    waiting.resolve()
  }

  async function write({ block, waiting }: Group): Promise<void> {
    underWay += 1
    try {
      await samples.write(block.finish(), block.count())
      for (const each of waiting) durable(each)
    } catch (error) {
      for (const each of waiting) each.reject(error)
    } finally {
      underWay -= 1
      if (underWay === 0) applied.clear()
    }
  }

  function gathered(): Group {
    if (group !== null) return group
    const created: Group = { block: blockWriter(rowsExpected), waiting: [] }
    group = created
    process.nextTick(() => {
      group = null
      void write(created)
    })
    return created
  }

  return {
    report(ctx, subjectId, usage) {
      requireRole(ctx, 'operator')
      const { block, waiting } = gathered()
      block.add(subjectId, usage.atMicros, usage.values)
      arrivals += 1
      const arrival = arrivals
      return new Promise((resolve, reject) => waiting.push({ subjectId, usage, arrival, resolve, reject }))
    },
  }
}
