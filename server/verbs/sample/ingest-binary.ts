import { OrreryError } from '@orrery/api/errors.ts'
import { blockWriter } from '../../db/sample/block.ts'
import type { UsageNow } from '../../db/usages.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { instantLimits } from './ingest.ts'
import { samplesStore } from './store.ts'

/**
 * The compact form, `application/vnd.orrery.samples`: records of 80 bytes, little-endian: subject id (16 bytes, the UUID in its
 * written order), instant (int64, microseconds since 1970), then cpuCores, memoryBytes, diskRead, diskWrite, netRx, netTx (bytes
 * per second) and powerWatts as float64. NaN is "not measured".
 */
export const sampleRecordBytes = 80
export const sampleRecordsMax = 100_000
export const samplesMediaType = 'application/vnd.orrery.samples'

/** The limits of the JSON form, in the order of the values. */
const valuesMax = [1e9, 1e18, 1e18, 1e18, 1e18, 1e18, 1e12]

export async function sampleIngestBinary(ctx: Ctx, body: Buffer): Promise<{ accepted: number }> {
  requireRole(ctx, 'operator')
  if (body.length === 0 || body.length % sampleRecordBytes !== 0) {
    throw new OrreryError(
      'invalid',
      `The body must be one or more records of ${sampleRecordBytes} bytes; it has ${body.length} bytes.`,
    )
  }
  const count = body.length / sampleRecordBytes
  if (count > sampleRecordsMax) {
    throw new OrreryError(
      'invalid',
      `A batch has at most ${sampleRecordsMax} records; this one has ${count}.`,
      { status: 413 },
    )
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const block = blockWriter(count)
  const latest = new Map<string, UsageNow>()
  const unknown = new Set<string>()
  const limits = instantLimits()
  const hex = body.toString('hex')
  for (let index = 0; index < count; index += 1) {
    const offset = index * sampleRecordBytes
    const atMicros = view.getBigInt64(offset + 16, true)
    limits.check(atMicros, index)
    const values: (number | undefined)[] = []
    for (let column = 0; column < valuesMax.length; column += 1) {
      const value = view.getFloat64(offset + 24 + column * 8, true)
      if (Number.isNaN(value)) values.push(undefined)
      else if (value >= 0 && value <= (valuesMax[column] ?? 0)) values.push(value)
      else
        throw new OrreryError(
          'invalid',
          `Record ${index}, value ${column + 1}: ${value} is out of range (0 to ${valuesMax[column]}).`,
        )
    }
    const subjectId = uuidAt(hex, offset * 2)
    if (!ctx.mirror.workloads.has(subjectId) && !ctx.mirror.nodes.has(subjectId)) unknown.add(subjectId)
    block.addBytes(body, offset, atMicros, values)
    const known = latest.get(subjectId)
    if (known === undefined || known.atMicros <= atMicros) latest.set(subjectId, { atMicros, values })
  }
  await samplesStore(ctx, { rows: block.finish(), count, latest, unknown })
  return { accepted: count }
}

function uuidAt(hex: string, start: number): string {
  const part = (from: number, to: number) => hex.slice(start + from, start + to)
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`
}
