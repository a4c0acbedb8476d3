import type { Change } from '../../actions/changes.tsx'

/** What differs between two pictures of a subject, field by field; one that is not there reads "nothing". */
export function eventChanges(
  before: unknown,
  after: unknown,
): (Change & { before: string; after: string })[] {
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter((key) => JSON.stringify(old[key] ?? null) !== JSON.stringify(fresh[key] ?? null))
    .map((key) => ({ what: key, before: words(old[key]), after: words(fresh[key]) }))
}

const shownMax = 3
/** What every change changes. */
const counters = ['version', 'updatedAt', 'stateSince']
const isId = (field: string) => field === 'id' || field.endsWith('Id')

/** An event that gives no reason, in a line: `renewable share 0.52 → 0.5`. Null where something begins or ends. */
export function eventChangesShort(before: unknown, after: unknown): string | null {
  if (before == null || after == null) return null
  const changes = eventChanges(before, after).filter(
    (each) => !counters.includes(each.what) && !isId(each.what) && `${each.before}${each.after}`.length <= 60,
  )
  const more = changes.length > shownMax ? ', …' : ''
  const words = changes
    .slice(0, shownMax)
    .map((each) => `${fieldWords(each.what)} ${each.before} → ${each.after}`)
  return words.length === 0 ? null : `${words.join(', ')}${more}`
}

/** `renewableShare` as people write it. */
export function fieldWords(field: string): string {
  return field.replace(/([A-Z])/g, ' $1').toLowerCase()
}

function fieldsOf(picture: unknown): Record<string, unknown> {
  return typeof picture === 'object' && picture !== null && !Array.isArray(picture) ? { ...picture } : {}
}

function words(value: unknown): string {
  if (value == null) return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
