/** What a context holds of the inventory, by name. */
import type { Ctx } from '../../verbs/context.ts'

type ValueOf<Rows> = Rows extends ReadonlyMap<string, infer Row> ? Row : never

export type MirrorNode = ValueOf<Ctx['mirror']['nodes']>
export type MirrorWorkload = ValueOf<Ctx['mirror']['workloads']>
export type UsageNow = NonNullable<ReturnType<Ctx['usages']['get']>>
