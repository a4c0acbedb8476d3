import type { Command } from '../command.ts'
import { completionScript, shells } from '../completion.ts'
import { UsageError } from '../exit-code.ts'
import { likely } from '../suggest.ts'

/** `all` gives the commands there are, this one among them. */
export function completionCommand(all: () => readonly Command[]): Command {
  return {
    words: ['completion'],
    summary: 'a completion script for your shell',
    description:
      'bash: source <(orrery completion bash), in ~/.bashrc to keep it. zsh: the same in ~/.zshrc. fish: orrery completion fish > ~/.config/fish/completions/orrery.fish',
    examples: [
      'source <(orrery completion bash)',
      'orrery completion fish > ~/.config/fish/completions/orrery.fish',
    ],
    args: [{ name: 'SHELL', required: true, description: 'the shell', choices: shells }],
    async run(cli, given) {
      const name = given.args[0] ?? ''
      const shell = shells.find((each) => each === name)
      if (shell === undefined) {
        const hint = likely(name, shells)
        throw new UsageError(
          `there is no completion for '${name}', only for ${shells.join(', ')}${hint === null ? '' : `. Did you mean '${hint}'?`}`,
        )
      }
      cli.io.out.write(completionScript(shell, cli.io.program, all()))
    },
  }
}
