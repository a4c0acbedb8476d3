import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, type Asked, type Listener, listener } from '../testing/listener.ts'
import { originalServer } from '../testing/original-server.ts'
import { type Ran, type Terminal, terminal } from '../testing/terminal.ts'

const header = 'id,type,ts,cpu,mem,disk_read,disk_write,net_rx,net_tx,energy_usage\n'

let server: Listener
let user: Terminal
let folder: string
let isAway = false
beforeEach(async () => {
  const original = originalServer()
  isAway = false
  server = await listener((asked: Asked): Answer => {
    return isAway && asked.path === '/metrics'
      ? { status: 500, body: 'the database is away' }
      : original(asked)
  })
  user = terminal({ ENVSERVER_HOST: '127.0.0.1', ENVSERVER_PORT: String(server.port) })
  folder = join(user.configDir, 'exports')
  mkdirSync(folder)
  await user.run('hosts add --hostid h --totalcpu 1 --totalmem 1')
  await user.run('hosts report --hostid h --cpu 7 --mem 8')
})
afterEach(async () => {
  user.close()
  await server.close()
})

const exported = (file: string, id = 'h', program = 'orrery'): Promise<Ran> =>
  user.run(['database', 'export', '--type', 'host', '--id', id, '--filename', file], { program })

test('a file is replaced when the export is complete, and keeps its mode and the link to it', async () => {
  const [file, link] = [join(folder, 'h.csv'), join(folder, 'link.csv')]
  writeFileSync(file, 'before', { mode: 0o640 })
  symlinkSync(file, link)
  expect(await exported(link)).toMatchObject({ code: 0, out: '' })
  expect(readFileSync(file, 'utf8')).toMatch(/^id,type,.*\nh,0,\d+,7\.000000,8,/)
  expect(statSync(file).mode & 0o777).toBe(0o640)
  expect(readdirSync(folder)).toEqual(['h.csv', 'link.csv'])
})

test('an export that fails leaves what was there, and nothing else', async () => {
  const file = join(folder, 'h.csv')
  writeFileSync(file, 'before')
  isAway = true
  expect((await exported(file)).code).not.toBe(0)
  expect(readFileSync(file, 'utf8')).toBe('before')
  expect(readdirSync(folder)).toEqual(['h.csv'])
})

test('a file that cannot be written is refused in words', async () => {
  for (const file of [folder, join(folder, 'none', 'h.csv')]) {
    const { code, err } = await exported(file)
    expect({ code, err }).toMatchObject({ code: 2 })
    expect(err).toMatch(/^orrery: .*exports.*\n$/)
  }
})

test.skipIf(!existsSync('/dev/full'))(
  'a device is written to and never replaced; a full one is 70',
  async () => {
    expect(await exported('/dev/null')).toMatchObject({ code: 0 })
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
    const full = await exported('/dev/full')
    expect(full.code).toBe(70)
    expect(full.err).toMatch(/^orrery: \/dev\/full could not be written: ENOSPC.*\n$/)
  },
)

test('what is not there is 4 with a sentence and no file; under the original name, a file without rows', async () => {
  const file = join(folder, 'x.csv')
  expect(await exported(file, 'x')).toEqual({ code: 4, out: '', err: "orrery: there is no host 'x'\n" })
  expect(existsSync(file)).toBe(false)
  expect((await exported(file, 'x', 'envcli')).code).toBe(0)
  expect(readFileSync(file, 'utf8')).toBe(header)
})
