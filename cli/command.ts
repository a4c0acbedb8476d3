/** Commands are data: the parser, the help, the completion scripts and the tests all read the same specs. */
import type { Connection } from './connection.ts'
import type { Colors, Io } from './io.ts'

export type Flag = {
  /** without dashes */
  name: string
  short?: string
  /** the placeholder of its value, as `FILE`; a flag without one is on or off */
  value?: string
  /** there is a `--no-…` too */
  negatable?: boolean
  /** there is only the `--no-…` form */
  negative?: boolean
  repeatable?: boolean
  required?: boolean
  choices?: readonly string[]
  description: string
  /** accepted and not shown */
  hidden?: boolean
}

export type Argument = {
  name: string
  required: boolean
  variadic?: boolean
  description: string
  choices?: readonly string[]
}

/** The flags and arguments as given. */
export type Given = {
  args: readonly string[]
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  /** undefined when neither the flag nor its `--no-…` was given */
  on(name: string): boolean | undefined
}

export type Command = {
  /** `['node', 'list']` */
  words: readonly string[]
  /** other names for the last word */
  aliases?: readonly string[]
  summary: string
  /** more than the summary, shown by its own help only */
  description?: string
  examples: readonly string[]
  args?: readonly Argument[]
  flags?: readonly Flag[]
  /** runs when only the words before the last are given */
  isDefault?: boolean
  hidden?: boolean
  /** An exit code, or nothing for 0. Throws UsageError and OrreryError. */
  run(cli: Cli, given: Given): Promise<number | void>
}

/** A group of commands that share their first words. */
export type Group = {
  words: readonly string[]
  aliases?: readonly string[]
  summary: string
  heading: string
}

export type Cli = {
  io: Io
  /** for stdout */
  colors: Colors
  insecure: boolean
  connection(): Promise<Connection>
  print(line: string): void
  /** on stderr, for a person; silent with --quiet */
  note(line: string): void
  /** on stderr with --verbose */
  debug(line: string): void
}

export const quietFlag: Flag = {
  name: 'quiet',
  short: 'q',
  description: 'print only what a script needs: ids, or nothing',
}
export const jsonFlag: Flag = {
  name: 'json',
  description: 'print the answer of the server, its bytes untouched',
}
export const yesFlag: Flag = { name: 'yes', short: 'y', description: 'do not ask for confirmation' }
