/**
 * The bytes of a backup. The file is one gzip stream; inside it a line that says what it is, then frames: one letter,
 * the payload's length (32 bits, little endian), the payload. The last frame holds the SHA-256 of all frames before it.
 *
 *   H  header, JSON: format, when, schema version, tables with their columns, sequences
 *   T  JSON {name}: a table begins        D  some of its rows in COPY's text form
 *   E  JSON {rows}: the table ends        Z  JSON {sha256}: the backup ends
 */
import { createHash, type Hash } from 'node:crypto'
import { OrreryError } from '@orrery/api/errors.ts'

export const formatVersion = 1
export const magic = `orrery backup ${formatVersion}\n`

export type FrameKind = 'H' | 'T' | 'D' | 'E' | 'Z'
export type Frame = { kind: FrameKind; payload: Buffer }

const kinds: readonly string[] = ['H', 'T', 'D', 'E', 'Z']
const headBytes = 5
/** Above what any frame of ours has; a damaged length must not make us wait for gigabytes. */
const payloadBytesMax = 64 << 20

export type FrameEncoder = { encode(kind: FrameKind, payload: Buffer | object): Buffer; end(): Buffer }

export function frameEncoder(): FrameEncoder {
  const hash = createHash('sha256')
  const encode = (kind: FrameKind, payload: Buffer | object): Buffer => {
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload))
    const head = Buffer.alloc(headBytes)
    head.write(kind, 0, 'latin1')
    head.writeUInt32LE(body.length, 1)
    hash.update(head).update(body)
    return Buffer.concat([head, body])
  }
  return { encode, end: () => encode('Z', { sha256: hash.copy().digest('hex') }) }
}

/**
 * The frames of an unpacked backup, the last one checked and not handed on.
 * @throws OrreryError `invalid` that says what is wrong with the file
 */
export async function* framesRead(source: AsyncIterable<Buffer>): AsyncGenerator<Frame, void, void> {
  const bytes = byteReader(source)
  const line = (await bytes.read(Math.min(magic.length, 64)))?.toString('latin1') ?? ''
  if (line !== magic) {
    const version = /^orrery backup (\d+)/.exec(line)?.[1]
    throw new OrreryError(
      'invalid',
      version === undefined
        ? 'This is not an Orrery backup'
        : `This backup has format ${version}, and this release reads format ${formatVersion}: restore it with the release that made it`,
    )
  }
  const hash = createHash('sha256')
  for (;;) {
    const head = await bytes.read(headBytes)
    if (head === undefined) throw truncated()
    const kind = head.toString('latin1', 0, 1)
    const length = head.readUInt32LE(1)
    if (!isKind(kind) || length > payloadBytesMax) throw damaged('it holds a part of an unknown kind')
    const payload = await bytes.read(length)
    if (payload === undefined) throw truncated()
    if (kind === 'Z') {
      checksumCheck(hash, payload)
      // Reading on to the end lets gzip check its own sum, and finds what was appended.
      if ((await bytes.read(1)) !== undefined) throw damaged('something follows its end')
      return
    }
    hash.update(head).update(payload)
    yield { kind, payload }
  }
}

/** COPY's text form ends each row with a newline and escapes those inside. */
export function rowsIn(data: Buffer): number {
  const newline = 0x0a
  let count = 0
  for (let at = data.indexOf(newline); at >= 0; at = data.indexOf(newline, at + 1)) count += 1
  return count
}

export function frameJson(frame: Frame): unknown {
  try {
    return JSON.parse(frame.payload.toString('utf8'))
  } catch (cause) {
    throw damaged('a description in it is not JSON', cause)
  }
}

export function damaged(how: string, cause?: unknown): OrreryError {
  return new OrreryError('invalid', `The backup is damaged: ${how}`, { cause })
}

export function truncated(): OrreryError {
  return new OrreryError('invalid', 'The backup is cut off: its end is missing')
}

function checksumCheck(hash: Hash, payload: Buffer): void {
  const stated = frameJson({ kind: 'Z', payload }) as { sha256?: unknown }
  if (stated?.sha256 !== hash.digest('hex')) throw damaged('its checksum does not match its contents')
}

function isKind(kind: string): kind is FrameKind {
  return kinds.includes(kind)
}

/** Hands out exact numbers of bytes; undefined when the source ends before them. */
function byteReader(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]()
  let held: Buffer[] = []
  let heldBytes = 0
  return {
    async read(count: number): Promise<Buffer | undefined> {
      while (heldBytes < count) {
        const next = await chunks.next()
        if (next.done === true) return undefined
        held.push(next.value)
        heldBytes += next.value.length
      }
      const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held)
      held = [all.subarray(count)]
      heldBytes = all.length - count
      return all.subarray(0, count)
    },
  }
}
