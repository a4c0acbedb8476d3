/** Help as a manual page reads, with the examples first. */
import type { Argument, Command, Flag, Group } from './command.ts'
import { globalFlags } from './global-flags.ts'
import { headings } from './headings.ts'

const width = 100
const indent = '  '

export function rootHelp(program: string, commands: readonly Command[], groups: readonly Group[]): string {
  const lines: string[] = [
    `${program}: one control plane for the cloud-edge-device continuum, with a digital twin of what it runs`,
    '',
    'Examples',
    `  $ ${program} up --demo --facades all`,
    `  $ ${program} node list --wide`,
    `  $ ${program} workload list --filter state:pending`,
    `  $ ${program} watch`,
    '',
    'Usage',
    `  ${program} COMMAND [FLAG]...`,
  ]
  for (const heading of Object.values(headings)) {
    const entries: [string, string][] = [
      ...groups.filter((group) => group.heading === heading && group.words.length === 1).map(entryOfGroup),
      ...commands
        .filter(
          (command) =>
            command.words.length === 1 && command.hidden !== true && headingOf(command) === heading,
        )
        .map((command): [string, string] => [command.words.join(' '), command.summary]),
    ]
    if (entries.length > 0) lines.push('', heading, ...twoColumns(entries))
  }
  lines.push('', 'Flags of every command', ...twoColumns(globalFlags.map(entryOfFlag)))
  lines.push(
    '',
    `Help on one command: ${program} COMMAND --help. Topics: ${program} help exit-codes, environment, filters.`,
  )
  return `${lines.join('\n')}\n`
}

const commandHeadings: Record<string, string> = {
  up: headings.start,
  backup: headings.start,
  restore: headings.start,
  watch: headings.time,
  login: headings.people,
  logout: headings.people,
  whoami: headings.people,
}

function headingOf(command: Command): string {
  return commandHeadings[command.words[0] ?? ''] ?? headings.more
}

function entryOfGroup(group: Group): [string, string] {
  return [group.words.join(' '), group.summary]
}

export function groupHelp(program: string, group: Group, commands: readonly Command[]): string {
  const inside = commands.filter(
    (command) => command.hidden !== true && group.words.every((word, index) => command.words[index] === word),
  )
  const name = group.words.join(' ')
  const examples = inside.flatMap((command) => command.examples.slice(0, 1)).slice(0, 6)
  const also =
    group.aliases === undefined || group.aliases.length === 0 ? [] : ['', `Also: ${group.aliases.join(', ')}`]
  return `${[
    `${program} ${name}: ${group.summary}`,
    '',
    'Examples',
    ...examples.map((example) => `  $ ${named(program, example)}`),
    '',
    'Usage',
    `  ${program} ${name} COMMAND [FLAG]...`,
    '',
    'Commands',
    ...twoColumns(
      inside.map((command) => [command.words.slice(group.words.length).join(' '), command.summary]),
    ),
    ...also,
  ].join('\n')}\n`
}

export function commandHelp(program: string, command: Command): string {
  const shown = (command.flags ?? []).filter((flag) => flag.hidden !== true)
  const args = command.args ?? []
  const usage = [program, ...command.words, ...args.map(usageOf), shown.length > 0 ? '[FLAG]...' : '']
  const lines = [`${program} ${command.words.join(' ')}: ${command.summary}`, '', 'Examples']
  lines.push(...command.examples.map((example) => `  $ ${named(program, example)}`))
  lines.push('', 'Usage', `  ${usage.filter((word) => word !== '').join(' ')}`)
  if (command.description !== undefined) lines.push('', ...wrap(command.description, width))
  if (args.length > 0)
    lines.push('', 'Arguments', ...twoColumns(args.map((each) => [each.name, withChoices(each)])))
  if (shown.length > 0) lines.push('', 'Flags', ...twoColumns(shown.map(entryOfFlag)))
  const also = command.aliases ?? []
  if (also.length > 0) lines.push('', `Also: ${also.join(', ')}`)
  return `${lines.join('\n')}\n`
}

/** Examples are written for `orrery`; under another name they show that one. */
function named(program: string, example: string): string {
  return example.replace(/^orrery /, `${program} `)
}

function usageOf(argument: Argument): string {
  const name = argument.variadic === true ? `${argument.name}...` : argument.name
  return argument.required ? name : `[${name}]`
}

function withChoices(item: { description: string; choices?: readonly string[] }): string {
  if (item.choices === undefined || item.choices.length === 0) return item.description
  const list = `one of ${item.choices.join(', ')}`
  return item.description === '' ? list : `${item.description}: ${list}`
}

function entryOfFlag(flag: Flag): [string, string] {
  const long =
    flag.negative === true
      ? `--no-${flag.name}`
      : flag.negatable === true
        ? `--[no-]${flag.name}`
        : `--${flag.name}`
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `
  const value = flag.value === undefined ? '' : ` ${flag.value}`
  const notes = [
    withChoices(flag),
    flag.required === true ? 'required' : '',
    flag.repeatable === true ? 'may be repeated' : '',
  ]
  return [short + long + value, notes.filter((note) => note !== '').join('; ')]
}

function twoColumns(entries: readonly (readonly [string, string])[]): string[] {
  const first = Math.min(38, Math.max(0, ...entries.map(([left]) => left.length)))
  return entries.flatMap(([left, right]) => {
    const text = wrap(right, width - first - 4)
    const [head = '', ...rest] = left.length > first ? ['', ...text] : text
    const lines = [`${indent}${left.padEnd(first)}  ${head}`.trimEnd()]
    return [...lines, ...rest.map((line) => `${indent}${' '.repeat(first)}  ${line}`)]
  })
}

function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > columns) {
        lines.push(line)
        line = word
      } else {
        line = line === '' ? word : `${line} ${word}`
      }
    }
    return [...lines, line]
  })
}
