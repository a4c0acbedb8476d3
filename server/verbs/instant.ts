import { OrreryError } from '@orrery/api/errors.ts'
import { instantRead, instantText } from '../db/instant.ts'

export { instantText }

/** Microseconds since 1970 of an RFC 3339 text; digits beyond microseconds are dropped. Throws `invalid` for no such day. */
export function instantMicros(text: string, name = 'timestamp', pointer?: string): bigint {
  const micros = instantRead(text)
  if (micros === null) {
    throw new OrreryError(
      'invalid',
      `\`${name}\` must be an RFC 3339 instant of a day that exists, as 2026-01-31T12:00:00.123456Z; got '${text.slice(0, 60)}'.`,
      pointer === undefined ? {} : { pointer },
    )
  }
  return micros
}

/** Checks an `at` of a read: a real instant, and not in the future. Its microseconds are what is asked for. */
export function atCheck(at: string | undefined, nowMs: number): string | undefined {
  if (at === undefined) return undefined
  const micros = instantMicros(at, 'at')
  if (micros > BigInt(nowMs) * 1000n + 1_000_000n) {
    throw new OrreryError('invalid', '`at` must be an instant in the past; leave it out for the present.')
  }
  return instantText(micros)
}
