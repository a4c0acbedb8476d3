import { blockWriter } from '../../db/sample/block.ts'
import type { Ctx } from '../context.ts'
import type { Continuum } from './continuum.ts'
import type { Standing } from './replay-state.ts'

/** Measurements of a trace, released by its clock like everything else of it. */
export type ReplaySamples = {
  /** Stores those up to this instant. */
  release(ctx: Ctx, untilMicros: number): Promise<void>
  stored(): number
  /** those whose subject or instant cannot be stored */
  leftOut(): number
}

const firstMicros = Date.UTC(2000, 0, 1) * 1000
const batchMax = 10_000

export function replaySamplesCreate(
  samples: Continuum['samples'],
  standings: readonly Standing[],
  nodeIds: ReadonlyMap<string, string>,
  nowMs: number,
): ReplaySamples {
  const lastMicros = (nowMs + 86_400_000) * 1000
  const lives = new Map<string, Standing[]>()
  for (const standing of standings)
    lives.set(standing.task.name, [...(lives.get(standing.task.name) ?? []), standing])
  const subjectOf = ({ of, name, atMicros }: Continuum['samples'][number]): string | undefined => {
    if (atMicros < firstMicros || atMicros > lastMicros) return undefined
    if (of === 'node') return nodeIds.get(name)
    return lives
      .get(name)
      ?.find(
        ({ task }) =>
          task.arrivalMicros <= atMicros && atMicros <= (task.departureMicros ?? Number.POSITIVE_INFINITY),
      )?.id
  }
  let next = 0
  let stored = 0
  let leftOut = 0
  return {
    async release(ctx, untilMicros) {
      while (next < samples.length && (samples[next]?.atMicros ?? 0) <= untilMicros) {
        const block = blockWriter(Math.min(batchMax, samples.length - next))
        const latest = new Map<string, { atMicros: bigint; values: (number | null)[] }>()
        for (
          let sample = samples[next];
          sample !== undefined && sample.atMicros <= untilMicros && block.count() < batchMax;
          sample = samples[next]
        ) {
          next += 1
          const subject = subjectOf(sample)
          if (subject === undefined) leftOut += 1
          else {
            block.add(subject, BigInt(sample.atMicros), sample.values)
            latest.set(subject, { atMicros: BigInt(sample.atMicros), values: sample.values })
          }
        }
        if (block.count() === 0) continue
        await ctx.samples.write(block.finish(), block.count())
        stored += block.count()
        for (const [id, usage] of latest) {
          if (ctx.mirror.workloads.has(id) || ctx.mirror.nodes.has(id))
            ctx.usages.set(
              id,
              { ...usage, values: usage.values.map((value) => value ?? undefined) },
              'newest',
            )
        }
      }
    },
    stored: () => stored,
    leftOut: () => leftOut,
  }
}
