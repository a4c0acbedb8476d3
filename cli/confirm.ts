import type { Cli, Given } from './command.ts'

/** Asks a person before something is lost. A script, which nobody can ask, means what it says. */
export async function confirmed(cli: Cli, given: Given, question: string): Promise<boolean> {
  if (!cli.io.interactive || given.on('yes') === true) return true
  const answer = await cli.io.ask(`${question} [y/N] `)
  if (/^y(es)?$/i.test(answer.trim())) return true
  cli.note('nothing was changed')
  return false
}
