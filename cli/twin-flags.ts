/** Flags that the commands of the twin share. */
import type { Given } from './command.ts'
import { UsageError } from './exit-code.ts'
import { likely } from './suggest.ts'

const seedsMax = 1000

/** The names given with a flag, each once, or those of `usual`. */
export function chosen(
  flag: string,
  given: Given,
  all: readonly string[],
  usual: readonly string[] = all,
): readonly string[] {
  const names = given.texts(flag).flatMap((text) => text.split(','))
  if (names.length === 0) return usual
  return [...new Set(names.map((name) => oneOf(flag, name.trim(), all)))]
}

export function oneOf(what: string, name: string, all: readonly string[]): string {
  if (all.includes(name)) return name
  const hint = likely(name, all)
  throw new UsageError(
    `there is no ${what} '${name}'${all.length > 1 ? `; there are ${all.join(', ')}` : `, only ${all[0]}`}${hint === null ? '' : `. Did you mean '${hint}'?`}`,
  )
}

/** `42`, `42..51` or `42,45`. */
export function seedsOf(text: string): number[] {
  const seeds = new Set<number>()
  for (const part of text.split(',')) {
    const [, first, last] = /^\s*(\d{1,9})(?:\.\.(\d{1,9}))?\s*$/.exec(part) ?? []
    const from = Number(first)
    const to = last === undefined ? from : Number(last)
    if (first === undefined || to < from || to - from >= seedsMax) {
      throw new UsageError(
        `--seeds must be whole numbers as 42, 42..51 or 42,45, at most ${seedsMax}; got '${text}'`,
      )
    }
    for (let seed = from; seed <= to; seed += 1) seeds.add(seed)
  }
  return [...seeds]
}
