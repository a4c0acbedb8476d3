import type { Change } from '../../actions/changes.tsx'

/** What differs between two pictures of a subject, field by field; one that is not there reads "nothing". */
export function eventChanges(before: unknown, after: unknown): Change[] {
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter((key) => JSON.stringify(old[key] ?? null) !== JSON.stringify(fresh[key] ?? null))
    .map((key) => ({ what: key, before: words(old[key]), after: words(fresh[key]) }))
}

function fieldsOf(picture: unknown): Record<string, unknown> {
  return typeof picture === 'object' && picture !== null && !Array.isArray(picture) ? { ...picture } : {}
}

function words(value: unknown): string {
  if (value == null) return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
