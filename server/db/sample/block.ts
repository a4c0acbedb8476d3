/**
 * Samples in PostgreSQL's binary COPY form, so that a batch goes from the wire to the table without an object per row.
 *
 * Format: https://www.postgresql.org/docs/current/sql-copy.html ("Binary Format"). Columns: subject_id, ts, cpu, memory,
 * disk_read, disk_write, net_rx, net_tx, power, cpu_reported.
 */
export const sampleColumns = [
  'subject_id',
  'ts',
  'cpu',
  'memory',
  'disk_read',
  'disk_write',
  'net_rx',
  'net_tx',
  'power',
  'cpu_reported',
] as const

const valueCount = 8
/** field count, uuid, instant, and every value present */
const rowBytesMax = 2 + (4 + 16) + (4 + 8) + valueCount * (4 + 8)

export const copyHeader = Buffer.concat([
  Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 0]),
])
export const copyTrailer = Buffer.from([0xff, 0xff])

/** Microseconds from 1970 to PostgreSQL's epoch, 2000-01-01. */
const pgEpochMicros = 946_684_800_000_000n

/** Values in the order of the columns; undefined or null is "not measured". */
export type SampleValues = readonly (number | null | undefined)[]

export type BlockWriter = {
  add(subjectId: string, atMicros: bigint, values: SampleValues): void
  /** a row whose uuid is given as 16 bytes */
  addBytes(subject: Buffer, subjectOffset: number, atMicros: bigint, values: SampleValues): void
  count(): number
  finish(): Buffer
}

export function blockWriter(rowsExpected: number): BlockWriter {
  let buffer = Buffer.allocUnsafe(Math.max(1, rowsExpected) * rowBytesMax)
  // A DataView swaps bytes in one instruction; Buffer's own methods go byte by byte.
  let view = viewOf(buffer)
  let offset = 0
  let count = 0
  let knownMicros: bigint | null = null
  let knownInstant = 0n

  function room(): void {
    if (offset + rowBytesMax <= buffer.length) return
    const larger = Buffer.allocUnsafe(buffer.length * 2 + rowBytesMax)
    buffer.copy(larger, 0, 0, offset)
    buffer = larger
    view = viewOf(larger)
  }

  function rest(atMicros: bigint, values: SampleValues): void {
    if (atMicros !== knownMicros) {
      knownMicros = atMicros
      knownInstant = atMicros - pgEpochMicros
    }
    view.setInt32(offset, 8)
    view.setBigInt64(offset + 4, knownInstant)
    let at = offset + 12
    for (let column = 0; column < valueCount; column += 1) {
      const value = values[column]
      if (value == null) {
        view.setInt32(at, -1)
        at += 4
      } else {
        view.setInt32(at, 8)
        view.setFloat64(at + 4, value)
        at += 12
      }
    }
    offset = at
    count += 1
  }

  function head(): void {
    room()
    view.setInt16(offset, sampleColumns.length)
    view.setInt32(offset + 2, 16)
    offset += 6
  }

  return {
    add(subjectId, atMicros, values) {
      head()
      uuidWrite(buffer, offset, subjectId)
      offset += 16
      rest(atMicros, values)
    },
    addBytes(subject, subjectOffset, atMicros, values) {
      head()
      subject.copy(buffer, offset, subjectOffset, subjectOffset + 16)
      offset += 16
      rest(atMicros, values)
    },
    count: () => count,
    finish: () => buffer.subarray(0, offset),
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

const hexValue = new Uint8Array(128)
for (let digit = 0; digit < 16; digit += 1) hexValue[digit.toString(16).charCodeAt(0)] = digit

function uuidWrite(target: Buffer, offset: number, uuid: string): void {
  let at = offset
  for (let index = 0; index < 36; index += 2) {
    if (index === 8 || index === 13 || index === 18 || index === 23) index += 1
    const high = hexValue[uuid.charCodeAt(index)] ?? 0
    const low = hexValue[uuid.charCodeAt(index + 1)] ?? 0
    target[at] = (high << 4) | low
    at += 1
  }
}
