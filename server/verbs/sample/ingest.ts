import { OrreryError } from '@orrery/api/errors.ts'
import type { SampleIngest } from '@orrery/api/sample.ts'
import { blockWriter } from '../../db/sample/block.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { instantMicros } from '../instant.ts'
import { samplesStore } from './store.ts'

/** Stores a batch, all or none. Resolves when it is durable. */
export async function sampleIngest(ctx: Ctx, input: SampleIngest): Promise<{ accepted: number }> {
  requireRole(ctx, 'operator')
  const { samples } = input
  const block = blockWriter(samples.length)
  const latest = new Map<string, { atMicros: bigint; values: (number | undefined)[] }>()
  const unknown = new Set<string>()
  const limits = instantLimits()
  let atText = ''
  let atMicros = 0n
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index]
    if (sample === undefined) continue
    // Batches usually carry one instant for many subjects: parse it once.
    if (sample.at !== atText) {
      atMicros = instantMicros(sample.at, `samples.${index}.at`, `/samples/${index}/at`)
      limits.check(atMicros, index)
      atText = sample.at
    }
    const values = [
      sample.cpuCores,
      sample.memoryBytes,
      sample.diskReadBytesPerSecond,
      sample.diskWriteBytesPerSecond,
      sample.netRxBytesPerSecond,
      sample.netTxBytesPerSecond,
      sample.powerWatts,
    ]
    if (!ctx.mirror.workloads.has(sample.subjectId) && !ctx.mirror.nodes.has(sample.subjectId))
      unknown.add(sample.subjectId)
    block.add(sample.subjectId, atMicros, values)
    const known = latest.get(sample.subjectId)
    if (known === undefined || known.atMicros <= atMicros) latest.set(sample.subjectId, { atMicros, values })
  }
  await samplesStore(ctx, { rows: block.finish(), count: block.count(), latest, unknown })
  return { accepted: samples.length }
}

/** Any instant from 2000 to a day ahead is stored. */
export function instantLimits() {
  const first = BigInt(Date.UTC(2000, 0, 1)) * 1000n
  const last = BigInt(Date.now() + 86_400_000) * 1000n
  return {
    check(atMicros: bigint, index: number): void {
      if (atMicros >= first && atMicros <= last) return
      throw new OrreryError(
        'invalid',
        `\`samples.${index}.at\` must lie between 2000-01-01 and one day from now.`,
        {
          pointer: `/samples/${index}/at`,
        },
      )
    },
  }
}
