import { sampleFields } from '@orrery/api/sample.ts'
import { blockWriter } from '../../db/sample/block.ts'
import type { UsageNow } from '../../db/usages.ts'
import type { Observation } from '../../providers/provider.ts'
import { eachBreathing, pieces } from '../breathe.ts'
import type { LoopWork } from '../loop.ts'
import type { Known } from './known.ts'

const writePiece = 10_000
const breathEvery = 2000

/** Stores what the provider measured, once: a sample that is not newer than the latest one known is a repetition. */
export async function samplesObserve(work: LoopWork, known: Known, observation: Observation): Promise<void> {
  const { ctx } = work
  for (const piece of pieces(observation.samples, writePiece)) {
    const block = blockWriter(piece.length)
    const latest: [string, UsageNow][] = []
    await eachBreathing(piece, breathEvery, (sample) => {
      const rows = sample.subject === 'node' ? known.nodes : known.machines
      const id = rows.get(sample.ref)?.id
      if (id === undefined) return
      const before = ctx.usages.get(id)
      if (before !== undefined && before.atMicros >= sample.atMicros) return
      const values = sampleFields.map((field) => sample.values[field])
      block.add(id, sample.atMicros, values)
      latest.push([id, { atMicros: sample.atMicros, values }])
    })
    if (latest.length === 0) continue
    await ctx.samples.write(block.finish(), block.count())
    for (const [id, usage] of latest) ctx.usages.set(id, usage, 'newest')
  }
}
