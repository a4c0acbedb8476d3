/** Turns the command specs into a parser. What a command means is none of its business. */
import { Command as Parser, Option } from 'commander'
import type { Argument, Command, Flag, Given, Group } from './command.ts'
import { globalFlags } from './global-flags.ts'
import { commandHelp, groupHelp, rootHelp } from './help.ts'
import { missingFlags } from './missing.ts'

export type Start = (command: Command, given: Given, globals: Given) => Promise<void>

export function programBuild(
  name: string,
  version: string,
  commands: readonly Command[],
  groups: readonly Group[],
  output: { writeOut: (text: string) => void },
  start: Start,
): Parser {
  const root = new Parser(name)
  root
    .exitOverride()
    .configureOutput({ writeOut: output.writeOut, writeErr: output.writeOut, outputError: () => {} })
    .helpCommand(false)
    .version(version, '-V, --version', 'print the version')
    .configureHelp({ formatHelp: () => rootHelp(name, commands, groups) })
  for (const flag of globalFlags) for (const option of optionsOf(flag)) root.addOption(option)

  for (const group of groups) groupAdd(root, name, group, commands)
  for (const command of commands) {
    const parent = command.words.slice(0, -1).reduce((parser, word) => {
      const child = parser.commands.find((each) => each.name() === word)
      if (child === undefined) throw new Error(`no group for the command ${command.words.join(' ')}`)
      return child
    }, root)
    commandAdd(parent, name, command, start)
  }
  return root
}

function groupAdd(root: Parser, name: string, group: Group, commands: readonly Command[]): void {
  const last = group.words.at(-1) ?? ''
  const parent = group.words
    .slice(0, -1)
    .reduce((parser, word) => parser.commands.find((each) => each.name() === word) ?? parser, root)
  const parser = parent.command(last).helpCommand(false).summary(group.summary)
  for (const alias of group.aliases ?? []) parser.alias(alias)
  parser.configureHelp({ formatHelp: () => groupHelp(name, group, commands) })
}

function commandAdd(parent: Parser, name: string, command: Command, start: Start): void {
  const parser = parent.command(command.words.at(-1) ?? '', {
    isDefault: command.isDefault ?? false,
    hidden: command.hidden ?? false,
  })
  parser.summary(command.summary).helpCommand(false)
  for (const alias of command.aliases ?? []) parser.alias(alias)
  for (const argument of command.args ?? []) parser.argument(argumentText(argument), argument.description)
  for (const flag of command.flags ?? []) for (const option of optionsOf(flag)) parser.addOption(option)
  parser.configureHelp({ formatHelp: () => commandHelp(name, command) })
  parser.action(async () => {
    const given = givenOf(parser)
    const missing = (command.flags ?? []).filter(
      (flag) => flag.required === true && given.text(flag.name) === undefined,
    )
    if (missing.length > 0) throw missingFlags(missing.map((flag) => flag.name))
    await start(command, given, givenOf(rootOf(parser)))
  })
}

function argumentText(argument: Argument): string {
  const name = argument.variadic === true ? `${argument.name}...` : argument.name
  return argument.required ? `<${name}>` : `[${name}]`
}

function optionsOf(flag: Flag): Option[] {
  const short = flag.short === undefined ? '' : `-${flag.short}, `
  if (flag.negative === true) return [new Option(`--no-${flag.name}`)]
  if (flag.value === undefined) {
    const on = new Option(`${short}--${flag.name}`)
    return flag.negatable === true ? [on, new Option(`--no-${flag.name}`)] : [on]
  }
  // Always collected: which of several values counts is for the command to say.
  const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]
  return [new Option(`${short}--${flag.name} <${flag.value}>`).argParser(collect)]
}

function givenOf(parser: Parser): Given {
  const values = parser.opts<Record<string, string[] | boolean | undefined>>()
  const value = (name: string): string[] | boolean | undefined =>
    values[name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())]
  const texts = (name: string): string[] => {
    const found = value(name)
    return Array.isArray(found) ? found : []
  }
  return {
    args: parser.args,
    texts,
    text: (name) => texts(name).at(-1),
    on: (name) => {
      const found = value(name)
      return typeof found === 'boolean' ? found : undefined
    },
  }
}

function rootOf(parser: Parser): Parser {
  return parser.parent === null ? parser : rootOf(parser.parent)
}
