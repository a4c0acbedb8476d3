import { type TSchema, Type } from 'typebox'
import { Timestamp, strict } from './scalar.ts'

/** The query part every list shares: cursor paging, one sort column, one filter in the filter language of core/filter. */
export const listQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  cursor: Type.Optional(Type.String({ maxLength: 2000, description: 'the `next` of the page before' })),
  sort: Type.Optional(
    Type.String({
      maxLength: 64,
      pattern: '^-?[A-Za-z.]+$',
      description: 'a column, `-` before it for descending',
    }),
  ),
  filter: Type.Optional(
    Type.String({
      maxLength: 1000,
      description: 'words and `field:value`, `field>number`, `field<number`; `-` before a term negates it',
    }),
  ),
}

export const ListQuery = Type.Object(listQuery, strict)

/** For nouns whose history is kept: the list as it was at that instant. */
export const atQuery = { at: Type.Optional(Timestamp) }
export const AtQuery = Type.Object(atQuery, strict)
export const ListAtQuery = Type.Object({ ...listQuery, ...atQuery }, strict)
export type ListAtQuery = { limit?: number; cursor?: string; sort?: string; filter?: string; at?: string }
export type ListQuery = Omit<ListAtQuery, 'at'>

/** `next` is null on the last page. */
export function page<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) }, strict)
}
export type Page<T> = { items: T[]; next: string | null }
