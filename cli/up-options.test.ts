import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { Command, Given } from './command.ts'
import { serverCommands, serverOptions } from './commands/server.ts'
import { upCommand } from './commands/up.ts'
import { programBuild } from './program.ts'
import { certificateMade } from './testing/certificate.ts'
import { terminal } from './testing/terminal.ts'
import { facadePorts } from './up-flags.ts'
import { type UpOptions, upOptions } from './up-options.ts'

/** The flags as the real parser gives them. */
async function given(command: Command, words: readonly string[]): Promise<Given> {
  let found: Given | undefined
  const groups =
    command.words.length > 1 ? [{ words: command.words.slice(0, -1), summary: '', heading: '' }] : []
  const parser = programBuild('orrery', '0', [command], groups, { writeOut: () => {} }, (_command, here) => {
    found = here
    return Promise.resolve()
  })
  await parser.parseAsync([...command.words, ...words], { from: 'user' })
  if (found === undefined) throw new Error('the command was not run')
  return found
}
async function up(words: string, env: Record<string, string> = {}): Promise<UpOptions> {
  return upOptions(
    await given(
      upCommand,
      words.split(' ').filter((word) => word !== ''),
    ),
    env,
  )
}

test('with nothing given it is closed, empty and local', async () => {
  expect(await up('')).toEqual({
    demo: false,
    facades: [],
    dataDir: null,
    secretKeyFile: null,
    databaseUrl: null,
    port: 8080,
    listen: '127.0.0.1',
    publicUrl: null,
    trustProxy: [],
    tls: null,
    facadeAddresses: {},
    facadeModes: {},
    logDir: null,
    logLevel: { level: 'info', components: {} },
    speed: null,
    seed: null,
    retentionDays: 30,
  })
})

test('of contradicting flags the last counts, as `npm start -- --no-demo` needs', async () => {
  expect(await up('--demo --facades all --no-demo')).toMatchObject({ demo: false, facades: 'all' })
  expect((await up('--no-demo --demo')).demo).toBe(true)
  expect((await up('--facades all --facades none')).facades).toEqual([])
})

test('every flag is read', async () => {
  const user = terminal()
  const [cert, key] = [join(user.configDir, 'cert.pem'), join(user.configDir, 'key.pem')]
  const made = certificateMade()
  writeFileSync(cert, made.cert)
  writeFileSync(key, made.key)
  expect(
    await up(
      `--facades envserver,wasmiot --data-dir data --secret-key-file key --port 0 --listen 0.0.0.0 --public-url https://o.example/ --trust-proxy 10.0.0.0/8 --trust-proxy ::1 ` +
        `--tls-cert ${cert} --tls-key ${key} --facade-address wasmiot=[::]:3001 --facade-mode wasmiot=network:10.0.0.0/8,192.168.0.1 ` +
        `--facade-mode envserver=basic --log-file logs --log-level warn,loops=debug --speed 10 --seed 42 --retention off`,
    ),
  ).toEqual({
    demo: false,
    facades: ['envserver', 'wasmiot'],
    dataDir: resolve('data'),
    secretKeyFile: resolve('key'),
    databaseUrl: null,
    port: 0,
    listen: '0.0.0.0',
    publicUrl: 'https://o.example',
    trustProxy: ['10.0.0.0/8', '::1'],
    tls: { certFile: cert, keyFile: key },
    facadeAddresses: { wasmiot: { address: '::', port: 3001 } },
    facadeModes: {
      wasmiot: { mode: 'network', cidrs: ['10.0.0.0/8', '192.168.0.1'] },
      envserver: { mode: 'basic' },
    },
    logDir: resolve('logs'),
    logLevel: { level: 'warn', components: { loops: 'debug' } },
    speed: 10,
    seed: 42,
    retentionDays: null,
  })
  user.close()
})

test('every flag has a variable, and goes over it', async () => {
  const env = {
    DATABASE_URL: 'postgres://db/orrery',
    ORRERY_DEMO: 'true',
    ORRERY_FACADES: 'oaas',
    ORRERY_PORT: '81',
    ORRERY_LISTEN: '::1',
    ORRERY_TRUST_PROXY: '10.0.0.1 10.0.0.2',
    ORRERY_FACADE_MODE: 'oaas=network:10.0.0.0/8,::1/128 lablink=token',
    ORRERY_SPEED: '3',
    ORRERY_RETENTION: '7',
  }
  expect(await up('', env)).toMatchObject({
    demo: true,
    facades: ['oaas'],
    port: 81,
    listen: '::1',
    databaseUrl: 'postgres://db/orrery',
    trustProxy: ['10.0.0.1', '10.0.0.2'],
    facadeModes: { oaas: { mode: 'network', cidrs: ['10.0.0.0/8', '::1/128'] }, lablink: { mode: 'token' } },
    speed: 3,
    retentionDays: 7,
  })
  expect(await up('--no-demo --port 82 --facades none', env)).toMatchObject({
    demo: false,
    port: 82,
    facades: [],
  })
})

test.each([
  ['--facades envsrver', "there is no facade 'envsrver'. Did you mean 'envserver'?"],
  ['--port 70000', '--port must be a port'],
  ['--listen example.org', '--listen must be an IP address'],
  ['--tls-cert up-options.test.ts', 'there is no file'],
  ['--facade-mode wasmiot=closed', 'must be open, basic, token or network:CIDR'],
  ['--facade-mode wasmiot=network:10.0.0.0/40', 'must be an address or a range'],
  ['--facade-address wasmiot', '--facade-address must be NAME='],
  ['--retention 0', '--retention must be a whole number of days from 1 to 36500, or off'],
  ['--retention 30d', 'or off'],
  ['--log-level loud', '--log-level must be one of'],
  ['--speed 0', '--speed must be a number above 0'],
  ['--seed -1', '--seed must be a whole number'],
  ['--data-dir=', '--data-dir must not be empty'],
  ['--log-file=', '--log-file must not be empty'],
  ['--secret-key-file=', '--secret-key-file must not be empty'],
  ['--tls-cert=', '--tls-cert must not be empty'],
  [
    '--facades envserver --port 50080',
    'the API and the facade envserver would both listen on port 50080 of 127.0.0.1',
  ],
  ['--facades all --port 4567 --listen localhost', 'the API and the facade external-scheduler'],
  ['--facades wasmiot --facade-address wasmiot=0.0.0.0:8080', 'the API and the facade wasmiot'],
  [
    '--facades all --facade-address envserver=127.0.0.1:4567',
    'the facade envserver and the facade external-scheduler',
  ],
])('%s is refused', async (words, message) => {
  await expect(up(words)).rejects.toThrow(message)
})

test('listeners on any free port, on another address or that are not opened are no contradiction', async () => {
  await up('--facades envserver --port 0 --facade-address envserver=127.0.0.1:0')
  await up('--facades envserver --facade-address envserver=127.0.0.2:8080')
  await up('--facades none --facade-address envserver=127.0.0.1:8080')
  await up('--facades envserver --listen 0.0.0.0 --facade-address envserver=[::1]:8080')
})

test('the usual ports are those of the facades', async () => {
  const { envserver } = await import('@orrery/server/facades/envserver/envserver.ts')
  const { externalScheduler } =
    await import('@orrery/server/facades/external-scheduler/external-scheduler.ts')
  expect(facadePorts).toEqual(
    Object.fromEntries([envserver, externalScheduler].map((each) => [each.name, each.portDefault])),
  )
})

test('a certificate and a key that cannot serve are refused before anything is opened', async () => {
  const user = terminal()
  const [one, other] = [certificateMade(), certificateMade()]
  const file = (name: string, text: string): string => {
    writeFileSync(join(user.configDir, name), text)
    return join(user.configDir, name)
  }
  const [cert, key, foreign] = [file('c', one.cert), file('k', one.key), file('f', other.key)]
  const none = file('n', 'no PEM')
  const refused = (words: string, message: string): Promise<void> =>
    expect(up(words)).rejects.toMatchObject({ name: 'UsageError', message: expect.stringContaining(message) })
  await refused(`--tls-cert ${none} --tls-key ${key}`, 'is no certificate in PEM')
  await refused(`--tls-cert ${cert} --tls-key ${none}`, 'is no key in PEM')
  await refused(`--tls-cert ${cert} --tls-key ${foreign}`, 'the key of --tls-key is not that of')
  await refused(`--tls-cert ${user.configDir} --tls-key ${key}`, 'cannot be read')
  await refused(`--tls-cert ${cert}`, 'are needed together')
  user.close()
})

test.each(['foo', 'http://db/orrery', 'postgres://db:99999/orrery'])(
  'DATABASE_URL=%s is refused and not repeated',
  async (url) => {
    await expect(up('', { DATABASE_URL: url })).rejects.toMatchObject({ code: 'invalid' })
    const user = terminal({ DATABASE_URL: url })
    const ran = await user.run('database migrate')
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/^orrery: DATABASE_URL is no URL of a PostgreSQL; write it as .*\n$/)
    expect(ran.err).not.toContain(url)
    user.close()
  },
)

test.each([
  'postgres://u:p%23@db/o',
  'postgresql://u@/o?host=/run/pg',
  '/run/pg orrery',
  'socket:/run/pg?db=o',
])('DATABASE_URL=%s is one', async (url) => {
  expect((await up('', { DATABASE_URL: url })).databaseUrl).toBe(url)
})

test('server start: the port is the facade’s, the database that of the original’s variables in either spelling', async () => {
  const [command] = serverCommands('envcli')
  if (command === undefined) throw new Error('no command')
  const options = async (words: string, env: Record<string, string>): Promise<UpOptions> => {
    const here = await given(
      command,
      words.split(' ').filter((word) => word !== ''),
    )
    return serverOptions(env, here)
  }
  expect(await options('--initdb --one --port 50081', {})).toMatchObject({
    facades: ['envserver', 'external-scheduler'],
    facadeAddresses: { envserver: { address: '127.0.0.1', port: 50081 } },
    port: 8080,
    databaseUrl: null,
  })
  const env = {
    ENVSERVER_PORT: '50082',
    ENVSERVER_DB_HOST: 'db',
    ENVSERVER_DB_USER: 'postgres',
    ENVSERVER_DB_PASSWORD: 'p@ss/word',
  }
  expect(await options('', { ...env, ENVSERVER_DB_PORT: '50070' })).toMatchObject({
    facades: ['envserver'],
    facadeAddresses: { envserver: { port: 50082 } },
    databaseUrl: 'postgres://postgres:p%40ss%2Fword@db:50070/postgres',
  })
  await expect(options('--port 50081 --api-port 50081', {})).rejects.toThrow(
    'the API and the facade envserver would both listen on port 50081',
  )
  expect(await options('--port 50081', { ORRERY_PORT: '50080', ORRERY_FACADES: 'envserver' })).toMatchObject({
    port: 50080,
  })
  expect(await options('--dbport 1', { ...env, ENVSERVER__DB_PORT: '2' })).toMatchObject({
    databaseUrl: 'postgres://postgres:p%40ss%2Fword@db:2/postgres',
  })
})
