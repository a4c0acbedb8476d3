/**
 * Frames of the agent protocol (docs/agents.md): eight bytes of header, the length of the body and the kind of frame, both
 * unsigned and little-endian, then the body. Bodies are JSON where a conversation begins or goes wrong, numbers otherwise.
 */
export const protocolVersion = 1
export const headerBytes = 8
/** Of a body whose length no agreement says yet. */
export const helloBytesMost = 64 * 1024

export const frameKinds = {
  hello: 1,
  reset: 2,
  step: 3,
  welcome: 16,
  outputs: 17,
  redirect: 18,
  error: 19,
} as const

export type Frame = { kind: number; body: Buffer }

export function headerWrite(target: Uint8Array, bodyBytes: number, kind: number): void {
  const view = new DataView(target.buffer, target.byteOffset, headerBytes)
  view.setUint32(0, bodyBytes, true)
  view.setUint32(4, kind, true)
}

export function jsonFrame(kind: number, value: unknown): Uint8Array {
  const body = Buffer.from(JSON.stringify(value))
  const frame = Buffer.alloc(headerBytes + body.length)
  headerWrite(frame, body.length, kind)
  body.copy(frame, headerBytes)
  return frame
}

/** What came in and was not used yet. */
export type Inbox = { chunks: Buffer[]; bytes: number }

/**
 * Takes the next whole frame out of the inbox; null while it is not all there; the length of its body where that is more
 * than `bodyBytesMost`.
 */
export function frameTake(inbox: Inbox, bodyBytesMost: number): Frame | number | null {
  if (inbox.bytes < headerBytes) return null
  let first = inbox.chunks[0] ?? Buffer.alloc(0)
  if (first.length < headerBytes) first = joined(inbox)
  const length = first.readUInt32LE(0)
  if (length > bodyBytesMost) return length
  const end = headerBytes + length
  if (inbox.bytes < end) return null
  if (first.length < end) first = joined(inbox)
  const frame = { kind: first.readUInt32LE(4), body: first.subarray(headerBytes, end) }
  inbox.bytes -= end
  if (first.length === end) inbox.chunks.shift()
  else inbox.chunks[0] = first.subarray(end)
  return frame
}

function joined(inbox: Inbox): Buffer {
  const all = Buffer.concat(inbox.chunks)
  inbox.chunks = [all]
  return all
}
