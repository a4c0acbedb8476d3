import { v7 } from 'uuid'
import type { Id } from '@orrery/api/id.ts'

/** A new UUIDv7, made in the application: sortable by creation, known before the row is written. */
export function idNew<Noun extends string>(): Id<Noun> {
  return v7() as Id<Noun>
}
