/** What an entry of the agenda is about: a kind and a number in one integer. */

const kinds = ['departure', 'move', 'usage', 'site', 'sleep', 'memory usage', 'reoptimise'] as const
export type DueKind = (typeof kinds)[number]

/** So many numbers there are of each kind. */
const numbers = 2 ** 28

/** A departure is the number of its task. */
export function subjectOf(kind: DueKind, number: number): number {
  return kinds.indexOf(kind) * numbers + number
}

export function kindOf(subject: number): DueKind {
  return kinds[subject >>> 28] ?? 'departure'
}

export function numberOf(subject: number): number {
  return subject & (numbers - 1)
}
