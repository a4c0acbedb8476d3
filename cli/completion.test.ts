import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { terminal } from './testing/terminal.ts'

const execute = promisify(execFile)

async function script(shell: string): Promise<string> {
  const user = terminal()
  const { code, out } = await user.run(`completion ${shell}`)
  user.close()
  expect(code).toBe(0)
  return out
}

/** What a real bash offers after these words. */
async function offered(...words: string[]): Promise<string[]> {
  const line = `${await script('bash')}
COMP_WORDS=(orrery "$@")
COMP_CWORD=$#
_orrery
printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await execute('bash', ['--norc', '-c', line, 'bash', ...words], { timeout: 20_000 })
  return stdout.split('\n').filter((each) => each !== '')
}

test('bash completes words, flags and the values of flags', async () => {
  expect(await offered('work')).toEqual(['workload'])
  expect(await offered('node', '')).toContain('drain')
  expect(await offered('connectors', 'emulator', '')).toEqual(['start'])
  expect(await offered('workload', 'create', '--demand-mem')).toEqual(['--demand-memory-bytes'])
  expect(await offered('site', 'create', 'lab', '--kind', '')).toEqual(['cloud', 'edge', 'device'])
  expect(await offered('up', '--no-')).toEqual(['--no-color', '--no-demo'])
  expect(await offered('completion', 'f')).toEqual(['fish'])
})

test('zsh and fish have the same words', async () => {
  expect(await script('zsh')).toContain('#compdef orrery\n')
  const fish = await script('fish')
  expect(fish).toContain("-l kind -x -a 'cloud edge device'")
  expect(fish).toContain('__fish_seen_subcommand_from workload')
})

test('a shell that is not known', async () => {
  const user = terminal()
  const ran = await user.run('completion fsh')
  user.close()
  expect(ran).toMatchObject({ code: 1 })
  expect(ran.err).toContain("Did you mean 'fish'?")
})
