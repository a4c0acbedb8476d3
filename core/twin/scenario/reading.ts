/** What those who read parts of a scenario have in common. */
import type { TSchema } from 'typebox'
import type { TraceFile } from '../../trace/csv.ts'
import { faultFind } from './fault.ts'
import type { Path, Yaml } from './yaml.ts'

export type Reading = {
  horizonSeconds: number
  /** Throws `invalid` with the line of what stands at the path. */
  refuse(path: Path, message: string): never
  /** A file that the scenario names. */
  fileOf(path: Path, name: string): TraceFile
}

/** The part of a value that its schema allows; else it is refused. */
export function checked<Part>(
  refuse: Yaml['refuse'],
  schema: TSchema,
  value: unknown,
  path: Path = [],
): Part {
  const fault = faultFind(schema, value)
  if (fault !== null) refuse([...path, ...fault.path], fault.message)
  // The schema found no fault in it.
  return value as Part
}

/**
 * Which of some kinds an entry is, by the key that only that kind has.
 */
export function kindOf<Kind extends string>(
  refuse: Yaml['refuse'],
  kinds: Readonly<Record<Kind, unknown>>,
  value: unknown,
  path: Path,
): Kind {
  const names = Object.keys(kinds) as Kind[] // a record's keys are its kinds
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  const found = names.filter((name) => isMapping && name in value)
  const [first] = found
  if (first === undefined || found.length > 1) {
    refuse(
      path,
      `an entry here has one of the keys ${names.join(', ')}${found.length > 1 ? `, not ${found.join(' and ')}` : ''}`,
    )
  }
  return first
}

/** Refuses the second of two that are called alike. */
export function distinct(
  reading: Pick<Reading, 'refuse'>,
  seen: Set<string>,
  what: string,
  name: string,
  path: Path,
): void {
  if (seen.has(name)) reading.refuse(path, `two ${what}s are called ${name}; give each its own name`)
  seen.add(name)
}
