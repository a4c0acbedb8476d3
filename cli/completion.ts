/** Completion scripts, whole: a shell that asks this program at every tab would wait a quarter of a second each time. */
import type { Command, Flag } from './command.ts'
import { globalFlags } from './global-flags.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What may follow the words of one command or group: more words, flags, and the values of flags. */
type Place = { words: string[]; flags: string[]; values: Map<string, readonly string[]> }

function places(commands: readonly Command[]): Map<string, Place> {
  const found = new Map<string, Place>()
  const at = (path: string): Place => {
    const place = found.get(path) ?? { words: [], flags: globalFlags.flatMap(spellings), values: new Map() }
    found.set(path, place)
    return place
  }
  for (const command of commands) {
    if (command.hidden === true) continue
    command.words.forEach((word, index) => {
      const before = at(command.words.slice(0, index).join(' '))
      if (!before.words.includes(word)) before.words.push(word)
    })
    const place = at(command.words.join(' '))
    for (const flag of command.flags ?? []) {
      place.flags.push(...spellings(flag))
      if (flag.choices !== undefined && flag.choices.length > 0)
        place.values.set(`--${flag.name}`, flag.choices)
    }
    for (const argument of command.args ?? []) place.words.push(...(argument.choices ?? []))
  }
  return found
}

function spellings(flag: Flag): string[] {
  if (flag.negative === true) return [`--no-${flag.name}`]
  return flag.negatable === true ? [`--${flag.name}`, `--no-${flag.name}`] : [`--${flag.name}`]
}

export function completionScript(shell: Shell, program: string, commands: readonly Command[]): string {
  const found = places(commands)
  switch (shell) {
    case 'bash':
      return bash(program, found)
    case 'zsh':
      // zsh reads the words of bash's completion through its own bridge.
      return `#compdef ${program}\nautoload -U +X bashcompinit && bashcompinit\n${bash(program, found)}`
    case 'fish':
      return fish(program, found)
  }
}

function bash(program: string, found: ReadonlyMap<string, Place>): string {
  const cases = [...found].map(
    ([path, { words, flags }]) => `    '${path}') words='${words.join(' ')}' flags='${flags.join(' ')}' ;;`,
  )
  const values = [...found].flatMap(([path, place]) =>
    [...place.values].map(([flag, choices]) => `    '${path} ${flag}') values='${choices.join(' ')}' ;;`),
  )
  return `# Load with: source <(${program} completion bash)
_${program}_place() {
  words='' flags=''
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
_${program}_values() {
  values=''
  case "$1" in
${values.join('\n')}
    *) return 1 ;;
  esac
}
_${program}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local place='' word words flags values next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    next="\${place:+$place }$word"
    _${program}_place "$next" && place="$next"
  done
  if _${program}_values "$place $previous"; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
    return
  fi
  _${program}_place "$place"
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _${program} ${program}
`
}

function fish(program: string, found: ReadonlyMap<string, Place>): string {
  const lines = [`# Load with: ${program} completion fish | source`, `complete -c ${program} -e`]
  for (const [path, place] of found) {
    const words = path === '' ? [] : path.split(' ')
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`)
    const next = place.words.length === 0 ? [] : [`not __fish_seen_subcommand_from ${place.words.join(' ')}`]
    const when = (conditions: string[]): string =>
      conditions.length === 0 ? '' : ` -n '${conditions.join('; and ')}'`
    if (place.words.length > 0)
      lines.push(`complete -c ${program} -f${when([...seen, ...next])} -a '${place.words.join(' ')}'`)
    for (const flag of place.flags) {
      const values = place.values.get(flag)
      const choices = values === undefined ? '' : ` -x -a '${values.join(' ')}'`
      lines.push(`complete -c ${program}${when([...seen, ...next])} -l ${flag.slice(2)}${choices}`)
    }
  }
  return `${lines.join('\n')}\n`
}
