import type { OperationName } from '@orrery/api/operations.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Schema } from './flag.ts'
import { operationCommands } from './operation-command.ts'
import { operationShape } from './operation-shape.ts'
import { operationNames, operationSpec, wordsOf } from './words.ts'
import { type Listener, json, listener, problem } from './testing/listener.ts'
import { type Terminal, terminal } from './testing/terminal.ts'

describe('every operation', () => {
  test('has words of its own', () => {
    const words = operationCommands().map((command) => command.words.join(' '))
    expect(new Set(words).size).toBe(operationNames.length)
  })

  test.each(operationNames)('%s has help with an example that it can parse', async (name) => {
    const user = terminal({ ORRERY_URL: 'http://127.0.0.1:1', ORRERY_TOKEN: 't' })
    const { noun, verb } = wordsOf(name)
    const { code, out } = await user.run(`${noun} ${verb} --help`)
    expect(code).toBe(0)
    const example = /Examples\n {2}\$ orrery (.*)/.exec(out)?.[1]?.replace(/ +#.*| > .*/, '')
    const ran = await user.run((example ?? '').replace(/--data @\S+/, '--data {}'))
    // It was sent: what failed is that nothing listens there.
    expect(ran.err).toContain('cannot be reached')
    user.close()
  })

  test.each(operationNames)('%s: what its body needs has a flag, each flag another place', (name) => {
    const shape = operationShape(name)
    const flags = [...shape.body, ...shape.query]
    expect(new Set(flags.map((flag) => flag.name)).size).toBe(flags.length)
    const body: Schema | undefined = operationSpec(name).body
    for (const key of body?.required ?? []) expect(shape.body.map((flag) => flag.path[0])).toContain(key)
  })
})

test('words follow from the id, plurals from the path', () => {
  const words = (name: OperationName): unknown => Object.values(wordsOf(name))
  expect(words('nodeList')).toEqual(['node', 'nodes', 'list'])
  expect(words('policyUpdate')).toEqual(['policy', 'policies', 'update'])
  expect(words('providerKindList')).toEqual(['provider-kind', 'provider-kinds', 'list'])
  expect(words('workloadHistory')).toEqual(['workload', 'workloads', 'history'])
  expect(words('traceExport')).toEqual(['trace', 'trace', 'export'])
})

describe('against a server', () => {
  let server: Listener
  let user: Terminal
  let answer = json({ items: [], next: null })
  beforeEach(async () => {
    answer = json({ items: [], next: null })
    server = await listener(() => answer)
    user = terminal({ ORRERY_URL: server.url, ORRERY_TOKEN: 'secret' })
  })
  afterEach(async () => {
    user.close()
    await server.close()
  })
  const sent = (): unknown => JSON.parse(server.asked.at(-1)?.body ?? 'null')

  test('nested objects, lists, maps and units become the body, once', async () => {
    answer = json({ id: 'x' }, 201)
    const gpus = ['--capacity-gpu', 'model=A10,milli=1000', '--capacity-gpu', '{"model":"T4","milli":500}']
    await user.run([
      'node',
      'create',
      'n',
      '--site',
      's',
      '--capacity-cpu-cores',
      '500m',
      '--capacity-memory-bytes',
      '16GiB',
      ...gpus,
      '--label',
      'x/y=b=c',
    ])
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/api/v1/nodes' })
    expect(server.asked[0]?.headers.authorization).toBe('Bearer secret')
    expect(server.asked[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
    expect(sent()).toEqual({
      name: 'n',
      site: 's',
      capacity: {
        cpuCores: 0.5,
        memoryBytes: 17179869184,
        gpus: [
          { model: 'A10', milli: 1000 },
          { model: 'T4', milli: 500 },
        ],
      },
      labels: { 'x/y': 'b=c' },
    })
  })

  test('flags go over --data, deeply', async () => {
    answer = json({ id: 'x' })
    const data = '{"name":"a","demand":{"cpuCores":1,"memoryBytes":2}}'
    await user.run(['workload', 'create', '--data', data, '--demand-cpu-cores', '9'])
    expect(sent()).toEqual({ name: 'a', demand: { cpuCores: 9, memoryBytes: 2 } })
    await user.run(['workload', 'create', '--data', '-'], { input: data })
    expect(sent()).toEqual(JSON.parse(data))
  })

  test('null and booleans can be said', async () => {
    answer = json({ id: 'x' })
    await user.run('site update lab --overcommit-ratio none')
    expect(sent()).toEqual({ overcommitRatio: null })
    await user.run('workload update w --no-auto-place')
    expect(sent()).toEqual({ autoPlace: false })
    await user.run('workload bind w node-1 --reason "because of it"')
    expect(server.asked.at(-1)?.path).toBe('/api/v1/workloads/w/bind')
    expect(sent()).toEqual({ node: 'node-1', reason: 'because of it' })
  })

  test('an instant may be how long ago', async () => {
    await user.run('workloads ls --at 2h --filter state:running --sort -priority --limit 5')
    expect(Object.fromEntries(server.asked[0]?.query ?? [])).toEqual({
      at: '2026-01-31T10:00:00.000Z',
      filter: 'state:running',
      sort: '-priority',
      limit: '5',
    })
  })

  test('--json prints the bytes of the answer', async () => {
    const body = '{ "items": [ {"id":"1",  "cpu": 1.0} ],\n"next": null}'
    answer = { body }
    expect((await user.run('node list --json')).out).toBe(`${body}\n`)
  })

  const page = {
    items: [
      {
        id: 'a',
        name: 'web-1',
        state: 'running',
        nodeName: 'edge-7',
        siteName: 'lab',
        demand: { cpuCores: 2, memoryBytes: 4294967296, gpu: { count: 1, milli: 500 } },
        stateSince: '2026-01-31T11:00:00Z',
        reason: null,
      },
      {
        id: 'b',
        name: 'web-22',
        state: 'pending',
        nodeName: null,
        siteName: null,
        demand: { cpuCores: 0.5, memoryBytes: 1048576, gpu: { count: 0, milli: 0 } },
        stateSince: '2026-01-30T12:00:00Z',
        reason: 'no node has \u001b[31mroom',
      },
    ],
    next: 'NEXT',
  }
  test('a list is a table that says when there is more, and cannot drive the terminal', async () => {
    answer = json(page)
    const { out, err } = await user.run('workload list')
    expect(out).toBe(
      [
        'NAME    STATE    NODE    SITE  CPU  MEMORY  GPU  SINCE  REASON',
        'web-1   running  edge-7  lab   2    4 GiB   0.5  1h     -',
        'web-22  pending  -       -     0.5  1 MiB   -    1d     no node has �[31mroom',
        '',
      ].join('\n'),
    )
    expect(err).toContain('--cursor NEXT')
  })

  test('colours are for terminals, unless NO_COLOR or --no-color says otherwise', async () => {
    answer = json(page)
    const green = '\u001b[32mrunning\u001b[39m'
    expect((await user.run('workload list', { tty: true })).out).toContain(green)
    expect((await user.run('workload list', { tty: true, env: { NO_COLOR: '1' } })).out).not.toContain(
      '\u001b',
    )
    expect((await user.run('workload list --no-color', { tty: true })).out).not.toContain('\u001b')
    expect((await user.run('workload list')).out).not.toContain('\u001b')
    expect((await user.run('workload list', { env: { FORCE_COLOR: '1' } })).out).toContain(green)
  })

  test('--columns picks headers and inner fields, --quiet ids', async () => {
    answer = json(page)
    expect((await user.run('workload list --columns name,demand.memoryBytes')).out).toBe(
      'NAME    DEMAND.MEMORYBYTES\nweb-1   4 GiB\nweb-22  1 MiB\n',
    )
    expect((await user.run('workload list -q')).out).toBe('a\nb\n')
    const wrong = await user.run('workload list --columns nmae')
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain("there is no column 'nmae'. Did you mean 'name'?")
  })

  test('--quiet prints nothing of an answer that has no id', async () => {
    answer = json({ version: '1', startedAt: '2026-01-31T12:00:00Z', listeners: [], loops: [] })
    expect(await user.run('status -q')).toEqual({ code: 0, out: '', err: '' })
    answer = json({ at: '2026-01-31T12:00:00Z', cursor: '7', sites: [], workloads: {} })
    expect(await user.run('inventory -q')).toEqual({ code: 0, out: '', err: '' })
    answer = json({ items: [{ cursor: '7', verb: 'node.create' }], next: null })
    expect((await user.run('event list -q')).out).toBe('7\n')
  })

  test('--all follows the cursors to the end', async () => {
    await server.close()
    server = await listener(({ query }) =>
      json(
        query.get('cursor') === null
          ? { items: [{ id: '1' }], next: 'two' }
          : { items: [{ id: query.get('cursor') }], next: null },
      ),
    )
    const env = { ORRERY_URL: server.url }
    expect((await user.run('node list --all --json', { env })).out).toBe(
      '{"items":[{"id":"1"},{"id":"two"}],"next":null}\n',
    )
    expect((await user.run('node list --all -q', { env })).out).toBe('1\ntwo\n')
    expect(server.asked.map((asked) => asked.query.get('limit'))).toEqual(['1000', '1000', '1000', '1000'])
  })

  test('a delete asks a person, not a script', async () => {
    answer = { status: 204 }
    expect((await user.run('node delete n', { tty: true, input: 'no' })).code).toBe(1)
    expect(server.asked).toHaveLength(0)
    expect((await user.run('node delete n', { tty: true, input: 'y' })).code).toBe(0)
    expect(await user.run('node rm n')).toEqual({ code: 0, out: '', err: 'node n: deleted\n' })
    expect(server.asked.map((asked) => `${asked.method} ${asked.path}`)).toEqual([
      'DELETE /api/v1/nodes/n',
      'DELETE /api/v1/nodes/n',
    ])
  })

  test.each([
    [400, 'invalid', 2],
    [401, 'unauthorized', 3],
    [403, 'forbidden', 3],
    [404, 'not_found', 4],
    [409, 'conflict', 5],
    [409, 'no_capacity', 6],
    [429, 'limit', 6],
    [503, 'unavailable', 7],
    [500, 'internal', 70],
  ])(
    'a problem %i %s is exit code %i, one sentence on stderr and nothing on stdout',
    async (status, code, exit) => {
      answer = problem(status, code, 'what is wrong and what would be right')
      const ran = await user.run('node view n')
      expect(ran).toMatchObject({ code: exit, out: '' })
      expect(ran.err.split('\n')[0]).toBe('orrery: what is wrong and what would be right')
    },
  )

  test('a problem with a pointer names the flag', async () => {
    answer = problem(400, 'invalid', 'must be at most 1000000', '/capacity/cpuCores')
    const { err } = await user.run('node create n --site s --capacity-cpu-cores 1 --capacity-memory-bytes 1')
    expect(err).toBe('orrery: --capacity-cpu-cores: must be at most 1000000\n')
  })

  test('what is no answer of this API is said to be so', async () => {
    answer = { status: 502, type: 'text/html', body: '<h1>Bad Gateway</h1>' }
    expect(await user.run('node list')).toMatchObject({
      code: 70,
      err: 'orrery: HTTP 502: <h1>Bad Gateway</h1>\n',
    })
  })
})

describe('a wrong command line', () => {
  const cases: [line: string, message: string][] = [
    ['nod list', "unknown command 'nod'. Did you mean 'node'?"],
    ['node lsit', "unknown command 'lsit'. Did you mean 'list'?"],
    ['node list --colums a', "unknown option '--colums'. Did you mean '--columns'?"],
    ['node view', "missing required argument 'NODE'"],
    ['node list extra', "too many arguments for 'list'. Expected 0 arguments but got 1."],
    [
      'site create s --kind egde',
      "--kind must be one of cloud, edge, device; got 'egde'. Did you mean 'edge'?",
    ],
    ['site create', 'the flags --name, --kind are required'],
    ['node list --limit many', "--limit must be a whole number, as 12; got 'many'"],
    [
      'node list --at yesterday',
      "--at must be an instant, as 2026-01-31T12:00:00Z, 2026-01-31 or 15m (ago); got 'yesterday'",
    ],
    [
      'node create n --site s --capacity-cpu-cores 1 --capacity-memory-bytes 16XB',
      "--capacity-memory-bytes must be bytes, as 17179869184 or 16GiB; got '16XB'",
    ],
    ['node create n --label zone', "--label must be KEY=VALUE; got 'zone'"],
    ['node create n --name m', "--name was given twice: as a flag and as 'n'"],
    ['node create --data {', '--data is not valid JSON'],
    ['node list --url nowhere', "'nowhere' is not a URL"],
  ]
  test.each(cases)('%s', async (line, message) => {
    const user = terminal()
    const { code, out, err } = await user.run(line)
    user.close()
    expect(err).toContain(`orrery: ${message}`)
    expect({ code, out }).toEqual({ code: 1, out: '' })
  })
})
