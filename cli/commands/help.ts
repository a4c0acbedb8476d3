import type { Command } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import { groupsAll } from '../groups.ts'
import { commandHelp, groupHelp, rootHelp } from '../help.ts'
import { helpTopics } from '../help-topics.ts'
import { likely } from '../suggest.ts'

export function helpCommand(all: () => readonly Command[]): Command {
  return {
    words: ['help'],
    summary: 'help on a command or a topic (exit-codes, environment, filters)',
    examples: ['orrery help workload bind', 'orrery help exit-codes'],
    args: [
      {
        name: 'WORD',
        required: false,
        variadic: true,
        description: 'the words of a command, or a topic',
        choices: Object.keys(helpTopics),
      },
    ],
    async run(cli, given) {
      cli.io.out.write(helpText(cli.io.program, all(), given.args))
    },
  }
}

export function helpText(program: string, commands: readonly Command[], words: readonly string[]): string {
  const groups = groupsAll()
  if (words.length === 0) return rootHelp(program, commands, groups)
  const topic = words.length === 1 ? helpTopics[words[0] ?? ''] : undefined
  if (topic !== undefined) return topic(program)
  const group = groups.find((each) => same(each.words, words, each.aliases))
  if (group !== undefined) return groupHelp(program, group, commands)
  const command = commands.find((each) => same(each.words, singularWords(words), each.aliases))
  if (command !== undefined) return commandHelp(program, command)
  const known = [
    ...commands.map((each) => each.words.join(' ')),
    ...groups.map((each) => each.words.join(' ')),
    ...Object.keys(helpTopics),
  ]
  const hint = likely(words.join(' '), known)
  throw new UsageError(
    `there is no help on '${words.join(' ')}'${hint === null ? '' : `. Did you mean '${hint}'?`}`,
  )
}

function same(own: readonly string[], words: readonly string[], aliases: readonly string[] = []): boolean {
  if (own.length !== words.length) return false
  return own.every(
    (word, index) =>
      word === words[index] || (index === own.length - 1 && aliases.includes(words[index] ?? '')),
  )
}

/** `help nodes list` is `help node list`. */
function singularWords(words: readonly string[]): string[] {
  const group = groupsAll().find((each) => each.aliases?.includes(words[0] ?? '') === true)
  return [group?.words[0] ?? words[0] ?? '', ...words.slice(1)]
}
