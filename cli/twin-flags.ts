/** Flags that the commands of the twin share. */
import { readdir } from 'node:fs/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import { compositionParse, isComposition, policyCompose } from '@orrery/core/policy/compose.ts'
import type { Given } from './command.ts'
import { UsageError } from './exit-code.ts'
import { likely } from './suggest.ts'

const seedsMax = 1000
const podsName = /^openb_pod_list_(.+)\.csv$/

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

/** What a learned policy is named by, before the path of its file. */
export const onnxPrefix = 'onnx:'

/** Policies of the registry, sums of scores as `best-fit*0.7+carbon*0.3`, and, for `learned`, `onnx:FILE`. */
export function policiesChosen(
  given: Given,
  all: readonly string[],
  usual: readonly string[],
  { learned = false } = {},
): readonly string[] {
  const isFile = (text: string) => learned && text.startsWith(onnxPrefix)
  const names = given.texts('policy').flatMap((text) => (isFile(text) ? [text] : text.split(',')))
  if (names.length === 0) return usual
  const known = names.map((name) => {
    const text = name.trim()
    if (isFile(text)) return text
    if (!isComposition(text)) return oneOf('policy', text, all)
    try {
      policyCompose(text, compositionParse(text))
    } catch (error) {
      if (error instanceof OrreryError) throw new UsageError(error.message)
      throw error
    }
    return text
  })
  return [...new Set(known)]
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

/** The workloads of the openb trace that are in a folder, by the names of their files. */
export async function openbWorkloadsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new OrreryError('not_found', `there is no folder ${folder}`, { cause })
    if (cause.code === 'ENOTDIR') throw new OrreryError('invalid', `${folder} is not a folder`, { cause })
    throw new OrreryError('invalid', `${folder} cannot be read: ${cause.message}`, { cause })
  })
  const workloads = names.flatMap((name) => podsName.exec(name)?.[1] ?? []).toSorted()
  if (workloads.length === 0) {
    throw new OrreryError('not_found', `there is no openb_pod_list_NAME.csv in ${folder}`)
  }
  return workloads
}
