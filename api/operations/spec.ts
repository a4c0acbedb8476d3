import { type TSchema, Type } from 'typebox'
import { page } from '../page.ts'
import type { RequiredRole } from '../principal.ts'
import { Reason, strict } from '../scalar.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** One operation of the native API. Routes, validation, OpenAPI, the client and the CLI are loops over these. */
export type OperationSpec = {
  method: Method
  /** below /api/v1, parameters as `{id}` */
  path: string
  summary: string
  tag: string
  /** null: no identity needed */
  role: RequiredRole | null
  query?: TSchema
  body?: TSchema
  response: TSchema
  /** the success status; 204 has no body */
  status: 200 | 201 | 202 | 204
  /** a POST that takes no `Idempotency-Key`: it makes nothing, or what works once by itself, or there are too many to remember */
  keyless?: true
  /** what is spoken beside JSON: a media type and its form in words */
  media?: { body?: Record<string, string>; response?: Record<string, string> }
}

export const Nothing = Type.Null()
export const Because = Type.Object({ reason: Type.Optional(Reason) }, strict)

const article = (noun: string): string => (/^[aeio]/.test(noun) ? 'an' : 'a')

/** The five verbs that every noun has. */
export function nounCrud<
  T extends TSchema,
  C extends TSchema,
  U extends TSchema,
  LQ extends TSchema,
  VQ extends TSchema,
>(
  noun: string,
  plural: string,
  schemas: { item: T; create: C; update: U; listQuery: LQ; viewQuery: VQ },
  write: RequiredRole,
) {
  const tag = plural
  return {
    list: {
      method: 'GET',
      path: `/${plural}`,
      summary: `List ${plural}`,
      tag,
      role: 'viewer',
      query: schemas.listQuery,
      response: page(schemas.item),
      status: 200,
    },
    view: {
      method: 'GET',
      path: `/${plural}/{ref}`,
      summary: `View one ${noun}`,
      tag,
      role: 'viewer',
      query: schemas.viewQuery,
      response: schemas.item,
      status: 200,
    },
    create: {
      method: 'POST',
      path: `/${plural}`,
      summary: `Create ${article(noun)} ${noun}`,
      tag,
      role: write,
      body: schemas.create,
      response: schemas.item,
      status: 201,
    },
    update: {
      method: 'PATCH',
      path: `/${plural}/{ref}`,
      summary: `Change ${article(noun)} ${noun}`,
      tag,
      role: write,
      body: schemas.update,
      response: schemas.item,
      status: 200,
    },
    delete: {
      method: 'DELETE',
      path: `/${plural}/{ref}`,
      summary: `Delete ${article(noun)} ${noun}`,
      tag,
      role: write,
      response: Nothing,
      status: 204,
    },
  } as const satisfies Record<string, OperationSpec>
}
