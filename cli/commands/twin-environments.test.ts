import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Terminal, terminal } from '../testing/terminal.ts'

let user: Terminal
beforeEach(() => {
  user = terminal()
})
afterEach(() => user.close())

test('environments are served until Ctrl-C', async () => {
  const path = join(user.configDir, 'a.sock')
  const stop = new AbortController()
  const ran = user.run(`twin environments --socket ${path}`, { signal: stop.signal })
  await expect.poll(() => answers(path), { timeout: 10_000 }).toBe(true)
  const second = await user.run(`twin environments --socket ${path}`)
  expect(second.code).not.toBe(0)
  expect(second.err).toContain('somebody listens at')
  stop.abort('SIGINT')
  expect((await ran).err).toContain(`Environments at ${path}. Stop with Ctrl-C.`)
  expect(await answers(path)).toBe(false)
})

test.for<[string, string]>([
  ['twin environments', '--socket'],
  ['twin environments --socket a --threads 0', '--threads must be a whole number, 1 to 64'],
  ['twin environments --socket a --threads two', "got 'two'"],
  ['twin environments --socket a --memory -1', '--memory must be'],
  ['twin environments --socket /nowhere/a.sock', 'cannot listen at /nowhere/a.sock'],
])('`%s` is refused in words', async ([line, words]) => {
  const { code, err } = await user.run(line)
  expect(code).not.toBe(0)
  expect(err).toContain(words)
})

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path })
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}
