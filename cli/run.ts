import { CommanderError, type Command as Parser } from 'commander'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Cli, Given } from './command.ts'
import { commandsFor } from './commands.ts'
import { type Connection, connectionFind } from './connection.ts'
import { UsageError, exitCodeOf, exitCodes, isOriginalName } from './exit-code.ts'
import { groupsAll } from './groups.ts'
import { type Io, colorsFor } from './io.ts'
import { nextFor } from './next.ts'
import { programBuild } from './program.ts'
import { version } from './version.ts'

/** Runs one command line and gives its exit code. Everything it says has been written when it returns. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = exitCodes.ok.code
  const output = { writeOut: (text: string) => io.out.write(text) }
  const commands = commandsFor(io.program)
  const parser = programBuild(
    io.program,
    version,
    commands,
    groupsAll(),
    output,
    async (command, given, globals) => {
      code = (await command.run(cliOf(io, given, globals), given)) ?? code
    },
  )
  try {
    await parser.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (io.signal.aborted) return io.signal.reason === 'SIGINT' ? exitCodes.interrupted.code : 143
    return failed(error, io, parser, argv)
  }
}

function cliOf(io: Io, given: Given, globals: Given): Cli {
  const env = globals.on('color') === false ? { ...io.env, NO_COLOR: '1' } : io.env
  const here: Io = { ...io, env }
  if (globals.on('skip-tls-verify') === true) io.acceptAnyCertificate()
  const quiet = given.on('quiet') === true
  let connection: Promise<Connection> | undefined
  return {
    io: here,
    colors: colorsFor(here.out, env),
    insecure: globals.on('insecure') === true,
    connection: () => (connection ??= connectionFind(env, globals.text('url'))),
    print: (line) => io.out.write(`${line}\n`),
    note: (line) => quiet || io.err.write(`${line}\n`),
    debug: (line) => globals.on('verbose') !== true || io.err.write(`${line}\n`),
  }
}

function failed(error: unknown, io: Io, parser: Parser, argv: readonly string[]): number {
  const colors = colorsFor(io.err, io.env)
  const say = (message: string, next: string | null): void => {
    io.err.write(`${colors.red(`${io.program}:`)} ${message}\n`)
    if (next !== null) io.err.write(`${next}\n`)
  }
  const words = deepest(parser, argv)
  const seeHelp = `See \`${[io.program, ...words].join(' ')} --help\`.`
  if (error instanceof CommanderError) {
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version')
      return exitCodes.ok.code
    // A group without its command has shown its help. The original tool calls that a success.
    if (error.code === 'commander.help') {
      return words.length === 0 || isOriginalName(io.program) ? exitCodes.ok.code : exitCodes.usage.code
    }
    say(sentence(error.message), seeHelp)
    return exitCodes.usage.code
  }
  if (error instanceof UsageError) {
    say(error.message, error.next ?? seeHelp)
  } else if (error instanceof OrreryError) {
    say(error.message, nextFor(error, io))
  } else {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    say(`a fault of this program: ${stack}`, 'Please report it with the command that was run.')
  }
  return exitCodeOf(error, io.program)
}

/** `error: unknown command 'nod'\n(Did you mean node?)` in the words of the other messages. */
function sentence(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean one of (.*)\?\)$/s, '. Did you mean one of $1?')
    .replace(/\n\(Did you mean (.*)\?\)$/s, ". Did you mean '$1'?")
}

function deepest(parser: Parser, argv: readonly string[]): string[] {
  const words: string[] = []
  let here = parser
  for (const word of argv) {
    if (word.startsWith('-')) continue
    const child = here.commands.find((each) => each.name() === word || each.aliases().includes(word))
    if (child === undefined) break
    words.push(child.name())
    here = child
  }
  return words
}
