import { type OperationName, type OperationSpec, operations } from '@orrery/api/operations.ts'

/** The words of one operation: `workloadHistory` is `workload history`, `providerKindList` is `provider-kind list`. */
export type Words = { noun: string; plural: string; verb: string }

export const operationNames = Object.keys(operations) as OperationName[]

/** As the table's own type, which forgets what each operation has or lacks. */
export function operationSpec(name: OperationName): OperationSpec {
  return operations[name]
}

export function wordsOf(name: OperationName): Words {
  const parts = name.split(/(?=[A-Z])/).map((part) => part.toLowerCase())
  const verb = parts.at(-1)
  if (verb === undefined || parts.length < 2) throw new Error(`operation ${name} is not a noun and a verb`)
  const noun = parts.slice(0, -1).join('-')
  return { noun, plural: pluralOf(operationSpec(name).path, noun), verb }
}

/** The API's paths are the plurals; one that is singular (`/session`, `/trace`) has no plural word of its own. */
function pluralOf(path: string, noun: string): string {
  const segment = path.split('/')[1] ?? noun
  const stem = noun.replace(/y$/, '')
  return segment.startsWith(stem) ? segment : noun
}

export function kebab(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** The flag for one entry of a list: `capabilities` is given as `--capability`, `addresses` as `--address`. */
export function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(ss|x|ch|sh)es$/.test(word)) return word.replace(/es$/, '')
  if (/[^s]s$/.test(word)) return word.slice(0, -1)
  return word
}
