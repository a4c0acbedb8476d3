import { expect, test } from 'vitest'
import { commandsFor } from './commands.ts'
import { commandHelp } from './help.ts'
import { upFlags } from './up-flags.ts'
import { terminal } from './testing/terminal.ts'

async function out(line: string, program = 'orrery'): Promise<string> {
  const user = terminal()
  const ran = await user.run(line, { program })
  user.close()
  expect(ran.err).toBe('')
  return ran.out
}

test.each([
  ['help', 'help.txt'],
  ['node --help', 'help-node.txt'],
  ['node create --help', 'help-node-create.txt'],
  ['workload list --help', 'help-workload-list.txt'],
  ['hosts add --help', 'help-hosts-add.txt'],
  ['import openb --help', 'help-import-openb.txt'],
  ['up --help', 'help-up.txt'],
  ['help exit-codes', 'help-exit-codes.txt'],
  ['help environment', 'help-environment.txt'],
])('%s', async (line, file) => {
  await expect(await out(line)).toMatchFileSnapshot(`fixtures/${file}`)
})

test('the page of a command is the same however it is asked for', async () => {
  const page = await out('workload bind --help')
  for (const line of ['help workload bind', 'help workloads bind', 'workloads bind -h'])
    expect(await out(line)).toBe(page)
})

test('under another name the help speaks of that one', async () => {
  expect(await out('hosts add --help', 'envcli')).toContain('  $ envcli hosts add --hostid hostid1')
  expect(await out('start --help', 'envserver')).toContain('envserver start')
})

test('every command has an example, and every line of its page fits', () => {
  for (const command of commandsFor('orrery')) {
    expect(command.examples.length).toBeGreaterThan(0)
    const lines = commandHelp('orrery', command).split('\n')
    const long = lines.filter(
      (line) => line.length > 100 && !line.startsWith('  $ ') && !line.startsWith('orrery '),
    )
    expect(long).toEqual([])
  }
})

test('every variable of up is in the help', async () => {
  const page = await out('help environment')
  for (const flag of upFlags) expect(page).toContain(flag.env)
})

test('help on what is not there suggests what is', async () => {
  const user = terminal()
  const ran = await user.run('help workload bnid')
  user.close()
  expect(ran).toMatchObject({ code: 1, out: '' })
  expect(ran.err).toContain("there is no help on 'workload bnid'. Did you mean 'workload bind'?")
})
