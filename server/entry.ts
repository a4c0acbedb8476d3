/**
 * Files that are found by path at run time: programs that run in a process or thread of their own, and the console.
 * From source they lie where they are written; in the published package the build puts every program beside this
 * code as `<name>.js`, and the console one folder up.
 */
import { join } from 'node:path'

/** Each is an entry of the bundle, by name. */
export const entries = {
  guard: 'db/embedded/guard.ts',
  twinWorker: 'twin/worker.ts',
  environments: 'environments/thread.ts',
} as const

export type EntryName = keyof typeof entries

/** Whether this runs from a checkout, not from the published package. */
export const fromSource = import.meta.filename.endsWith('.ts')

/** Absolute path of a program to hand to `spawn(process.execPath, …)` or `new Worker(…)`. */
export function entryPath(name: EntryName): string {
  return join(import.meta.dirname, fromSource ? entries[name] : `${name}.js`)
}

/** Absolute path of the folder with the console's `index.html`. */
export const consoleDir = join(import.meta.dirname, fromSource ? '../console/dist' : '../console')
