/** Programs of the command line that run in a thread of their own, found by path at run time as those in server/entry.ts are. */
import { join } from 'node:path'

/** Each is an entry of the bundle, by name. */
export const entries = { 'scenario-worker': 'scenario-worker.ts' } as const

export type EntryName = keyof typeof entries

/** Absolute path of a program to hand to `new Worker(…)`. */
export function entryPath(name: EntryName): string {
  const fromSource = import.meta.filename.endsWith('.ts')
  return join(import.meta.dirname, fromSource ? entries[name] : `${name}.js`)
}
