import type { Static, TSchema } from 'typebox'
import { accessOperations } from './operations/access.ts'
import { agentOperations } from './operations/agents.ts'
import { inventoryOperations } from './operations/inventory.ts'
import { planningOperations } from './operations/planning.ts'
import { recordOperations } from './operations/record.ts'
import { twinOperations } from './operations/twin.ts'
import type { OperationSpec as Spec } from './operations/spec.ts'

export type OperationSpec = Spec

/** The typed table. Its keys are the operation ids: verb files, CLI words and query keys carry the same names. */
export const operations = {
  ...inventoryOperations,
  ...recordOperations,
  ...planningOperations,
  ...twinOperations,
  ...agentOperations,
  ...accessOperations,
} as const satisfies Record<string, OperationSpec>

export type OperationName = keyof typeof operations

type PathReference<P> = P extends `${string}{ref}${string}` ? { ref: string } : { ref?: never }
type QueryOf<S> = S extends { query: infer Q extends TSchema } ? { query?: Static<Q> } : { query?: never }
type BodyOf<S> = S extends { body: infer B extends TSchema } ? { body: Static<B> } : { body?: never }

/** What a caller gives: the path's `ref`, the query, the body. */
export type InputOf<K extends OperationName> = PathReference<(typeof operations)[K]['path']> &
  QueryOf<(typeof operations)[K]> &
  BodyOf<(typeof operations)[K]>
/** What comes back. */
export type OutputOf<K extends OperationName> = Static<(typeof operations)[K]['response']>
