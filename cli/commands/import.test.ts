import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, type Asked, type Listener, json, listener, problem } from '../testing/listener.ts'
import { type Terminal, terminal } from '../testing/terminal.ts'

const report = {
  accepted: 2,
  badRows: [{ file: 'pods', line: 7, message: "num_gpu must be a whole number; got 'two'" }],
  notes: ['times are seconds'],
}
let polls = 0
let end: 'succeeded' | 'failed' = 'succeeded'

function importServer({ method, path }: Asked): Answer {
  switch (`${method} ${path}`) {
    case 'POST /api/v1/imports':
      return json({ operationId: 'op-1', ...report }, 202)
    case 'POST /api/v1/imports/check':
      return json(report)
    case 'GET /api/v1/operations/op-1': {
      polls += 1
      const ended = polls === 2
      return json({
        id: 'op-1',
        kind: 'import',
        state: ended ? end : 'running',
        done: polls * 50,
        total: 100,
        note: ended ? null : 'replaying',
        error: ended && end === 'failed' ? 'the database is away' : null,
        output: { speed: 98_000.5, placed: 40, pending: 2 },
      })
    }
    default:
      return problem(404, 'not_found', path)
  }
}

let server: Listener
let user: Terminal
let files: string
beforeEach(async () => {
  polls = 0
  end = 'succeeded'
  server = await listener(importServer)
  user = terminal({ ORRERY_URL: server.url, ORRERY_TOKEN: 't' })
  files = `${join(user.configDir, 'nodes.csv')} ${join(user.configDir, 'pods.csv')}`
  writeFileSync(join(user.configDir, 'nodes.csv'), 'sn\n')
  writeFileSync(join(user.configDir, 'pods.csv'), 'name\n')
})
afterEach(async () => {
  user.close()
  await server.close()
})

test('the texts of the files are sent, bad rows are told by file and line, and the operation is followed', async () => {
  const { code, out, err } = await user.run(
    `import openb ${files} --load 0.9 --speed 100000 --seed 42 --site lab --strict`,
  )
  expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
    kind: 'openb',
    files: { nodes: 'sn\n', pods: 'name\n' },
    fileNames: { nodes: 'nodes.csv', pods: 'pods.csv' },
    load: 0.9,
    speed: 100_000,
    seed: 42,
    site: 'lab',
    strict: true,
  })
  expect({ code, out }).toEqual({ code: 0, out: '' })
  expect(err).toContain("pods.csv:7: num_gpu must be a whole number; got 'two'\n")
  expect(err).toContain('50/100  replaying\n')
  expect(err).toContain('succeeded: import (speed 98000.5, placed 40, pending 2)')
})

test('an import that fails is 8', async () => {
  end = 'failed'
  const { code, err } = await user.run(`import openb ${files} -q`)
  expect(code).toBe(8)
  expect(err).toContain('failed: import: the database is away')
})

test('--check stores nothing and is 2 when a row is bad', async () => {
  const { code, err } = await user.run(`import openb ${files} --check`)
  expect(code).toBe(2)
  expect(err).toContain('2 rows accepted, 1 refused')
  expect(server.asked.map((asked) => asked.path)).toEqual(['/api/v1/imports/check'])
})

test('a series names its workload; --detach prints the id', async () => {
  const series = join(user.configDir, 'pods.csv')
  const { out } = await user.run(
    `import series ${series} --for web-1 --layout ec2 --field netRxBytesPerSecond --detach -q`,
  )
  expect(out).toBe('op-1\n')
  expect(JSON.parse(server.asked[0]?.body ?? '')).toMatchObject({
    kind: 'series',
    workload: 'web-1',
    layout: 'ec2',
    field: 'netRxBytesPerSecond',
  })
  expect((await user.run(`import series ${series}`)).err).toContain('the flag --for is required')
})

test('a file that is not there is told before anything is sent', async () => {
  expect(await user.run('import trace nowhere.ndjson')).toMatchObject({
    code: 4,
    err: 'orrery: there is no file nowhere.ndjson\n',
  })
  expect(server.asked).toEqual([])
})

test('a trace may come from standard input, and an operation can be waited for later', async () => {
  await user.run('import trace - --detach', { input: '{}\n' })
  expect(JSON.parse(server.asked[0]?.body ?? '')).toMatchObject({
    kind: 'trace',
    files: { trace: '{}\n' },
    fileNames: { trace: 'standard input' },
  })
  expect((await user.run('operation wait op-1 -q')).code).toBe(0)
})
