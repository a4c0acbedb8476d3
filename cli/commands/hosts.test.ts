import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Listener, listener } from '../testing/listener.ts'
import { originalServer } from '../testing/original-server.ts'
import { readmeSession } from '../testing/readme-session.ts'
import { type Terminal, terminal } from '../testing/terminal.ts'

let server: Listener
let user: Terminal
beforeEach(async () => {
  server = await listener(originalServer())
  user = terminal({
    ENVSERVER_HOST: '127.0.0.1',
    ENVSERVER_PORT: String(server.port),
    ENVSERVER_TLS: 'false',
  })
})
afterEach(async () => {
  user.close()
  await server.close()
})

describe.each(['orrery', 'envcli'])('the session of the original README, as %s', (program) => {
  const ok = async (line: string): Promise<string> => {
    const ran = await user.run(line, { program })
    expect({ line, code: ran.code, err: ran.code === 0 ? '' : ran.err }).toEqual({ line, code: 0, err: '' })
    return ran.out
  }

  test('prints its tables byte for byte', async () => {
    await readmeSession(ok)
    await ok('vms unbind --vmid vmid1')
    expect(await ok('hosts ls')).toContain(
      '│ hostid3 │ 3       │ 1200      │ 16785711104 │ 0         │ 0         │ 0   │',
    )
  })
})

test('--wide puts every value under its own header', async () => {
  await user.run('hosts add --hostid h --totalcpu 1200 --totalmem 1000')
  await user.run(
    'hosts report --hostid h --cpu 1.5 --mem 2 --disk-read 3 --disk-write 4 --net-rx 5 --net-tx 6 --energy 7',
  )
  const { out } = await user.run('hosts ls --wide')
  const [, headers = '', , row = ''] = out.split('\n')
  const cells = (line: string): string[] =>
    line
      .split('│')
      .slice(1, -1)
      .map((cell) => cell.trim())
  expect(Object.fromEntries(cells(headers).map((header, index) => [header, cells(row)[index]]))).toEqual({
    HOSTID: 'h',
    STATEID: '1',
    'TOTAL CPU': '1200',
    'TOTAL MEM': '1000',
    'USAGE CPU': '1.5',
    'USAGE MEM': '2',
    VMS: '0',
    'DISK READ': '3',
    'DISK WRITE': '4',
    'NET RX': '5',
    'NET TX': '6',
    'ENERGY USAGE': '7',
  })
})

test('an empty inventory is no failure and no table', async () => {
  expect(await user.run('hosts ls')).toEqual({ code: 0, out: '', err: 'No hosts found\n' })
  expect(await user.run('vms ls')).toEqual({ code: 0, out: '', err: 'No VM found\n' })
})

test('under the original name, messages are in the original form', async () => {
  const { err } = await user.run('hosts add --hostid "host one" --totalcpu 1200 --totalmem 5', {
    program: 'envcli',
  })
  expect(err).toBe(
    'time="2026-01-31T12:00:00Z" level=info msg="Host added" HostId="host one" TotalCPU=1200 TotalMemory=5\n',
  )
})

test('--json prints the bytes of the server', async () => {
  await user.run('hosts add --hostid h --totalcpu 1200 --totalmem 16785711104')
  const direct = await fetch(`${server.url}/hosts`)
  expect((await user.run('hosts ls --json')).out).toBe(`${await direct.text()}\n`)
})

test('view, metrics and remove, which the original lacked', async () => {
  await user.run('hosts add --hostid h --totalcpu 1200 --totalmem 5')
  await user.run('hosts report --hostid h --cpu 7 --mem 8')
  expect((await user.run('hosts view --hostid h')).out).toContain('│ h      │ 1       │ 1200')
  expect((await user.run('hosts metrics --hostid h --since 2d')).out).toContain(
    '│ 2026-01-31T12:00:00.000Z │ 7   │ 8   │',
  )
  expect((await user.run('hosts remove --hostid h')).code).toBe(0)
  expect(await user.run('hosts view --hostid h')).toEqual({
    code: 4,
    out: '',
    err: "orrery: there is no host 'h'\n",
  })
})

test('ids with spaces, reserved characters and emoji arrive as they are', async () => {
  await user.run(['hosts', 'add', '--hostid', 'rack 1?#🚀', '--totalcpu', '1', '--totalmem', '1'])
  expect((await user.run(['hosts', 'view', '--hostid', 'rack 1?#🚀', '--json'])).out).toContain(
    '"hostid":"rack 1?#🚀"',
  )
})

describe('exit codes', () => {
  const cases: [line: string, orrery: number, envcli: number][] = [
    ['hosts ls', 0, 0],
    ['hosts add --hostid h', 1, 1],
    ['hosts frobnicate', 1, 1],
    ['vms bind --vmid v', 1, 1],
    ['hosts add --hostid h --totalcpu twelve --totalmem 1', 1, 255],
    ['vms report --vmid nobody --cpu 1 --mem 1', 4, 255],
    ['hosts metrics --hostid nobody', 4, 0],
    ['vms metrics --vmid nobody', 4, 0],
  ]
  test.each(cases)('%s: %i from orrery, %i from envcli', async (line, orrery, envcli) => {
    expect((await user.run(line)).code).toBe(orrery)
    expect((await user.run(line, { program: 'envcli' })).code).toBe(envcli)
  })

  test('a taken id is a conflict, with the words of the server', async () => {
    await user.run('hosts add --hostid h --totalcpu 1 --totalmem 1')
    const again = await user.run('hosts add --hostid h --totalcpu 1 --totalmem 1')
    expect(again.code).toBe(5)
    expect(again.err).toContain('pq: duplicate key value violates unique constraint "prod_hosts_pkey"')
  })

  test('a server that is away is 7, and 255 to the scripts of the original', async () => {
    const env = { ENVSERVER_PORT: '1' }
    expect((await user.run('hosts ls', { env })).code).toBe(7)
    expect((await user.run('hosts ls', { env, program: 'envcli' })).code).toBe(255)
  })

  test('a VM that is not there cannot be bound; the original client does not look', async () => {
    await user.run('hosts add --hostid h --totalcpu 1 --totalmem 1')
    expect((await user.run('vms bind --vmid nobody --hostid h')).code).toBe(4)
    expect((await user.run('vms bind --vmid nobody --hostid h', { program: 'envcli' })).code).toBe(0)
  })
})

test('without variables the facade is the one in the session file', async () => {
  const alone = terminal()
  const { sessionWrite } = await import('../session.ts')
  await sessionWrite(alone.env, {
    url: 'http://127.0.0.1:1',
    token: null,
    tokenId: null,
    facades: { envserver: server.url },
  })
  await user.run('hosts add --hostid h --totalcpu 1 --totalmem 1')
  expect((await alone.run('hosts ls --quiet')).out).toBe('h\n')
  alone.close()
})
