import type { Change } from '../../actions/changes.tsx'
import { fieldName, fieldQuantity } from '../../words/field.ts'

/** What differs between two pictures of a subject, field by field; one that is not there reads "nothing". */
export function eventChanges(
  before: unknown,
  after: unknown,
): (Change & { before: string; after: string })[] {
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter((key) => JSON.stringify(old[key] ?? null) !== JSON.stringify(fresh[key] ?? null))
    .map((key) => ({ what: key, ...sides(key, old[key], fresh[key]) }))
}

const shownMax = 3
/** What every change changes. */
const counters = ['version', 'updatedAt', 'stateSince']
const isId = (field: string) => field === 'id' || field.endsWith('Id')

/** An event that gives no reason, in a line: `renewable share 52% → 50%`. Null where something begins or ends. */
export function eventChangesShort(before: unknown, after: unknown): string | null {
  if (before == null || after == null) return null
  const changes = eventChanges(before, after).filter(
    (each) => !counters.includes(each.what) && !isId(each.what) && `${each.before}${each.after}`.length <= 60,
  )
  const more = changes.length > shownMax ? ', …' : ''
  const words = changes
    .slice(0, shownMax)
    .map((each) => `${fieldName(each.what)} ${each.before} → ${each.after}`)
  return words.length === 0 ? null : `${words.join(', ')}${more}`
}

/** `renewableShare` as people write it. */
export function fieldWords(field: string): string {
  return field.replace(/([A-Z])/g, ' $1').toLowerCase()
}

/** Quantities that belong together: each of them is a change of its own. */
const groups = ['demand', 'capacity', 'allocated']

function fieldsOf(picture: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(recordOf(picture)).flatMap(([key, value]) =>
      groups.includes(key)
        ? Object.entries(recordOf(value)).map(([part, quantity]) => [`${key}.${part}`, quantity])
        : [[key, value]],
    ),
  )
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** Both with their unit. What differs by less than people read is given as it was recorded. */
function sides(key: string, old: unknown, fresh: unknown): { before: string; after: string } {
  const [before, after] = [fieldQuantity(key, old), fieldQuantity(key, fresh)]
  if (before === after) return { before: words(old), after: words(fresh) }
  return { before: before ?? words(old), after: after ?? words(fresh) }
}

function words(value: unknown): string {
  if (value == null) return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
