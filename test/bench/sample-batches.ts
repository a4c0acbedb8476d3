/** The same samples in each of their forms: JSON, compact, and COPY. */
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { blockWriter, copyHeader, copyTrailer, sampleColumns } from '@orrery/server/db/sample/block.ts'

export type Batch = { json: Buffer; compact: Buffer; copy: Buffer }

/** `count` batches, each one instant of every subject, a second apart and all in the past. */
export function batchesMake(subjectIds: string[], count: number): Batch[] {
  const first = Date.now() - (count + 60) * 1000
  return Array.from({ length: count }, (_, index) => batchMake(subjectIds, first + index * 1000))
}

function batchMake(subjectIds: string[], atMs: number): Batch {
  const at = new Date(atMs).toISOString().replace('Z', '000Z')
  const atMicros = BigInt(atMs) * 1000n
  const compact = Buffer.alloc(subjectIds.length * 80)
  const block = blockWriter(subjectIds.length)
  const samples = subjectIds.map((subjectId, index) => {
    const wave = Math.sin(atMs / 60_000 + index)
    const values = [
      Math.round((4 + 3 * wave) * 1000) / 1000,
      Math.round(8e9 + 1e9 * wave),
      Math.round(1e6 * (1 + wave)),
      Math.round(2e6 * (1 + wave)),
      Math.round(3e5 * (1 + wave)),
      Math.round(4e5 * (1 + wave)),
      Math.round((120 + 60 * wave) * 10) / 10,
    ]
    const offset = index * 80
    compact.write(subjectId.replaceAll('-', ''), offset, 16, 'hex')
    compact.writeBigInt64LE(atMicros, offset + 16)
    values.forEach((value, column) => compact.writeDoubleLE(value, offset + 24 + column * 8))
    block.add(subjectId, atMicros, values)
    const [
      cpuCores,
      memoryBytes,
      diskReadBytesPerSecond,
      diskWriteBytesPerSecond,
      netRxBytesPerSecond,
      netTxBytesPerSecond,
      powerWatts,
    ] = values
    return {
      subjectId,
      at,
      cpuCores,
      memoryBytes,
      diskReadBytesPerSecond,
      diskWriteBytesPerSecond,
      netRxBytesPerSecond,
      netTxBytesPerSecond,
      powerWatts,
    }
  })
  return { json: Buffer.from(JSON.stringify({ samples })), compact, copy: Buffer.from(block.finish()) }
}

/** Every batch in one COPY and one transaction. */
export async function copyAll(connectionString: string, batches: Batch[]): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await new Promise<void>((resolve, reject) => {
      const stream = client.query(
        copyFrom(`copy sample (${sampleColumns.join(', ')}) from stdin with (format binary)`),
      )
      stream.on('error', reject)
      stream.on('finish', () => resolve())
      stream.write(copyHeader)
      for (const batch of batches) stream.write(batch.copy)
      stream.end(copyTrailer)
    })
  } finally {
    await client.end()
  }
}
