/**
 * Texts as Go keeps them: byte strings. A byte that is not part of valid UTF-8 is carried through a JavaScript string
 * as a lone surrogate U+DC80 to U+DCFF (the way Python's `surrogateescape` does), so that nothing is lost and the
 * database's own complaint about it can be given.
 */
import { isUtf8 } from 'node:buffer'

/** The text of these bytes; bytes that are not UTF-8 stay visible as lone surrogates. */
export function textOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    text +=
      length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length)
    at += Math.max(1, length)
  }
  return text
}

/** Length of the valid sequence that starts here; 0 when none does. */
function sequenceLength(bytes: Buffer, at: number): number {
  const length = sequenceLengthByLead(bytes[at] ?? 0)
  if (at + length > bytes.length) return 0
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0
}

function sequenceLengthByLead(lead: number): number {
  if ((lead & 0xe0) === 0xc0) return 2
  if ((lead & 0xf0) === 0xe0) return 3
  if ((lead & 0xf8) === 0xf0) return 4
  return 1
}

/** PostgreSQL's refusal of a text that it cannot store, in the words of Go's driver; null when it can. */
export function pqTextRefusal(text: string): string | null {
  if (text.isWellFormed() && !text.includes('\0')) return null
  const at = text.search(/\0|\p{Surrogate}/u)
  const bytes = bytesOfText(text.slice(at, at + 4))
  const shown = bytes.subarray(0, sequenceLengthByLead(bytes[0] ?? 0))
  const hex = Array.from(shown, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')
  return `pq: invalid byte sequence for encoding "UTF8": ${hex}`
}

/** The bytes of a text, lone surrogates as the bytes that they stand for. */
export function bytesOfText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text)
  const parts = Array.from(text, (character) =>
    character.isWellFormed() ? Buffer.from(character) : Buffer.of(character.charCodeAt(0) & 0xff),
  )
  return Buffer.concat(parts)
}
