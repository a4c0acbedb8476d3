import { UsageError } from './exit-code.ts'

/** Every flag that is missing at once, so that one look at the message is enough. */
export function missingFlags(names: readonly string[]): UsageError {
  const list = names.map((each) => `--${each}`).join(', ')
  return new UsageError(
    names.length === 1 ? `the flag ${list} is required` : `the flags ${list} are required`,
  )
}
