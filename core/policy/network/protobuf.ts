/**
 * Reads the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding) as far as a file in it must
 * be read: fields by number, whatever their meaning.
 */
import { OrreryError } from '@orrery/api/errors.ts'

/** A number of a varint field, or the bytes of any other. */
export type Field = { number: number; value: number; bytes: Uint8Array | null }

/** Throws `invalid` where the bytes are no message. */
export function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = message[at]
      if (byte === undefined) break
      at += 1
      // Beyond 2^53 a number is not exact, and none that is of use here is as large.
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw broken()
  }
  const take = (length: number): Uint8Array => {
    if (at + length > message.length) throw broken()
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const key = varint()
    const number = Math.floor(key / 8)
    switch (key % 8) {
      case 0:
        fields.push({ number, value: varint(), bytes: null })
        break
      case 1:
        fields.push({ number, value: 0, bytes: take(8) })
        break
      case 2:
        fields.push({ number, value: 0, bytes: take(varint()) })
        break
      case 5:
        fields.push({ number, value: 0, bytes: take(4) })
        break
      default:
        throw broken()
    }
  }
  return fields
}

/** The messages or strings of a repeated field. */
export function bytesAll(fields: readonly Field[], number: number): Uint8Array[] {
  return fields.flatMap((field) => (field.number === number && field.bytes !== null ? [field.bytes] : []))
}

export function textOf(fields: readonly Field[], number: number): string {
  const bytes = bytesAll(fields, number).at(-1)
  return bytes === undefined ? '' : new TextDecoder().decode(bytes)
}

/** The last number of a field, or 0, which is what a field that is left out means. */
export function numberOf(fields: readonly Field[], number: number): number {
  return fields.findLast((field) => field.number === number)?.value ?? 0
}

/** Repeated numbers, packed into one field or one field each. */
export function numbersOf(fields: readonly Field[], number: number): number[] {
  return fields.flatMap((field) => {
    if (field.number !== number) return []
    return field.bytes === null ? [field.value] : packed(field.bytes)
  })
}

function packed(bytes: Uint8Array): number[] {
  const numbers: number[] = []
  let value = 0
  let shift = 0
  for (const byte of bytes) {
    value += (byte & 0x7f) * 2 ** shift
    shift += 7
    if (byte >= 0x80) continue
    numbers.push(value)
    value = 0
    shift = 0
  }
  return numbers
}

function broken(): OrreryError {
  return new OrreryError('invalid', 'the file is cut off or no ONNX model')
}
