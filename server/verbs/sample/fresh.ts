import { type Usage, sampleFields } from '@orrery/api/sample.ts'
import type { UsageNow, Usages } from '../../db/usages.ts'
import { instantText } from '../instant.ts'

/** Latest values as an API item shows them. */
export function usageOf(now: UsageNow): Usage {
  const usage: Record<string, number | string | null> = { at: instantText(now.atMicros) }
  sampleFields.forEach((field, index) => {
    usage[field] = now.values[index] ?? null
  })
  return usage as Usage // every field of the schema was just set
}

/** The item with the values known now: the joined copy in the database may be a second old. */
export function usageFresh<Item extends { id: string; usage: Usage | null }>(
  ctx: { usages: Usages },
  item: Item,
): Item {
  const now = ctx.usages.get(item.id)
  return now === undefined ? item : { ...item, usage: usageOf(now) }
}
