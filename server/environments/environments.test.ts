import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type EnvironmentName,
  environmentPlan,
  environmentsCreate,
} from '@orrery/core/twin/environment/registry.ts'
import { environmentReset, vectorStep } from '@orrery/core/twin/environment/vector.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { type Frame, type Inbox, frameKinds, frameTake, headerBytes, headerWrite } from './frame.ts'
import { environmentsServe } from './serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'orrery-env-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let sockets = 0
const socketPath = () => join(folder, `${(sockets += 1)}.sock`)

const mebibyte = 1024 ** 2

function serve(
  path: string,
  more: { threads?: number; connectionsMost?: number; memoryBytesMost?: number } = {},
) {
  return environmentsServe({
    path,
    threads: 1,
    connectionsMost: 16,
    memoryBytesMost: 64 * mebibyte,
    onFault: (error) => {
      throw error
    },
    ...more,
  })
}

/** An agent that reads whole frames. */
async function agent(path: string) {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opened = connect({ path })
    opened.once('connect', () => resolve(opened))
    opened.once('error', reject)
  })
  const inbox: Inbox = { chunks: [], bytes: 0 }
  const frames: Frame[] = []
  const waiting: ((frame: Frame | null) => void)[] = []
  let over = false
  socket.on('data', (chunk: Buffer) => {
    inbox.chunks.push(chunk)
    inbox.bytes += chunk.length
    for (let frame = frameTake(inbox, 2 ** 30); frame !== null; frame = frameTake(inbox, 2 ** 30)) {
      if (typeof frame === 'number') throw new Error('a frame too long')
      const next = waiting.shift()
      if (next === undefined) frames.push(frame)
      else next(frame)
    }
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    over = true
    for (const each of waiting) each(null)
  })
  const read = (): Promise<Frame | null> => {
    const frame = frames.shift()
    if (frame !== undefined) return Promise.resolve(frame)
    return over ? Promise.resolve(null) : new Promise((resolve) => waiting.push(resolve))
  }
  const send = (kind: number, body: Uint8Array | object) => {
    const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
    const header = new Uint8Array(headerBytes)
    headerWrite(header, bytes.length, kind)
    socket.write(Buffer.concat([header, bytes]))
  }
  const ask = (kind: number, body: Uint8Array | object) => {
    send(kind, body)
    return read()
  }
  return { socket, send, read, ask, close: () => socket.destroy() }
}
type Agent = Awaited<ReturnType<typeof agent>>

const hello = (more: object = {}) => ({
  protocol: 1,
  environment: 'placement',
  count: 2,
  autoreset: 'disabled',
  ...more,
})
const words = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer)
const seeds = (...values: number[]) => words(...values.flatMap((seed) => [2, seed, 0]))
const told = (frame: Frame | null): { code: string; message: string; final: boolean } => {
  expect(frame?.kind).toBe(frameKinds.error)
  return JSON.parse(String(frame?.body)) as { code: string; message: string; final: boolean }
}

/** What the outputs are without a socket in between. */
function here(environment: EnvironmentName, seed: number, count = 2) {
  const vector = environmentsCreate(environmentPlan({ environment }), count, 'disabled')
  for (let env = 0; env < count; env += 1) environmentReset(vector, env, seed + env)
  return {
    step: (...actions: number[]) => vectorStep(vector, Int32Array.from(actions)),
    bytes: () => Buffer.from(vector.outputs.buffer.slice(0)),
  }
}

/** One who plays while others misbehave: each of its answers must be what it would be without them. */
async function neighbour(path: string) {
  const one = await agent(path)
  await one.ask(frameKinds.hello, hello())
  await one.ask(frameKinds.reset, seeds(5, 6))
  const twin = here('placement', 5)
  return {
    async goesOn() {
      for (const action of [0, 20, 3]) {
        twin.step(action, 20)
        const frame = await one.ask(frameKinds.step, words(action, 20))
        expect(frame?.body.equals(twin.bytes())).toBe(true)
      }
    },
    close: one.close,
  }
}

describe('environments on a socket', () => {
  it.for<[EnvironmentName, number]>([
    ['placement', 1],
    ['rebalance', 1],
    ['scale', 1],
    ['placement', 2],
  ])(
    'are the %s environments of this process, byte for byte, with %i threads',
    async ([environment, threads]) => {
      const path = socketPath()
      const server = await serve(path, { threads })
      let one = await agent(path)
      let welcome = await one.ask(frameKinds.hello, hello({ environment }))
      if (threads > 1) {
        expect(welcome?.kind).toBe(frameKinds.redirect)
        one = await agent((JSON.parse(String(welcome?.body)) as { socket: string }).socket)
        welcome = await one.ask(frameKinds.hello, hello({ environment }))
      }
      expect(welcome?.kind).toBe(frameKinds.welcome)
      expect(JSON.parse(String(welcome?.body))).toMatchObject({ protocol: 1, environment, count: 2 })
      const twin = here(environment, 41)
      const reset = await one.ask(frameKinds.reset, seeds(41, 42))
      expect(reset?.kind).toBe(frameKinds.outputs)
      expect(reset?.body.equals(twin.bytes())).toBe(true)
      for (let step = 0; step < 50; step += 1) {
        twin.step(step % 3, 1)
        const frame = await one.ask(frameKinds.step, words(step % 3, 1))
        expect(frame?.body.equals(twin.bytes())).toBe(true)
      }
      one.close()
      await server.close()
    },
  )

  it('say what is wrong with a frame, step nothing, and go on with everyone', async () => {
    const path = socketPath()
    const server = await serve(path)
    const other = await neighbour(path)
    const one = await agent(path)
    await one.ask(frameKinds.hello, hello({ overrides: { stepsMost: 3 } }))
    const notANumber = new Uint8Array(Float32Array.of(Number.NaN, 1).buffer)
    const cases: [number, Uint8Array, string, RegExp][] = [
      [frameKinds.step, words(1, 1), 'conflict', /environment 0 was never reset/],
      [frameKinds.step, words(1), 'invalid', /has 8 bytes, not 4/],
      [frameKinds.step, new Uint8Array(0), 'invalid', /has 8 bytes, not 0/],
      [frameKinds.step, words(1, 21), 'invalid', /environment 1: 21 is no action, they are 0 to 20/],
      [frameKinds.step, words(-1, 0), 'invalid', /environment 0: -1 is no action/],
      [frameKinds.step, notANumber, 'invalid', /environment 0: 2143289344 is no action/],
      [frameKinds.reset, words(1, 0, 0), 'invalid', /has 24 bytes, not 12/],
      [frameKinds.reset, words(3, 0, 0, 1, 0, 0), 'invalid', /there is no way 3 to reset/],
      [frameKinds.reset, words(2, 0, 2 ** 21, 1, 0, 0), 'invalid', /a seed is below/],
    ]
    for (const [kind, body, code, message] of cases) {
      const wrong = told(await one.ask(kind, body))
      expect(wrong).toMatchObject({ code, final: false })
      expect(wrong.message).toMatch(message)
      await other.goesOn()
    }
    await one.ask(frameKinds.reset, seeds(1, 2))
    for (let step = 0; step < 3; step += 1) await one.ask(frameKinds.step, words(0, 0))
    expect(told(await one.ask(frameKinds.step, words(0, 0)))).toMatchObject({
      code: 'conflict',
      message: 'environment 0 has ended its episode: reset it before the next step',
    })
    expect((await one.ask(frameKinds.reset, seeds(1, 2)))?.kind).toBe(frameKinds.outputs)
    await other.goesOn()
    one.close()
    other.close()
    await server.close()
  })

  it.for<[string, (one: Agent) => void, string]>([
    ['no hello', (one) => one.send(frameKinds.step, words(1)), 'conflict'],
    ['a hello that is no JSON', (one) => one.send(frameKinds.hello, Buffer.from('{')), 'invalid'],
    ['a key that nobody knows', (one) => one.send(frameKinds.hello, hello({ extra: 1 })), 'invalid'],
    ['another protocol', (one) => one.send(frameKinds.hello, hello({ protocol: 2 })), 'invalid'],
    [
      'an unknown environment',
      (one) => one.send(frameKinds.hello, hello({ environment: 'chess' })),
      'invalid',
    ],
    ['an unknown scenario', (one) => one.send(frameKinds.hello, hello({ scenario: 'none' })), 'not_found'],
    [
      'impossible sizes',
      (one) => one.send(frameKinds.hello, hello({ overrides: { nodeCount: -1 } })),
      'invalid',
    ],
    ['too many environments', (one) => one.send(frameKinds.hello, hello({ count: 65_536 })), 'limit'],
    [
      'environments without measure',
      (one) =>
        one.send(frameKinds.hello, hello({ overrides: { load: 1e-9, nodeCount: 1000 }, count: 60_000 })),
      'limit',
    ],
    [
      'a frame that is too long',
      (one) => one.socket.write(new Uint8Array(Uint32Array.of(2 ** 32 - 1, 1).buffer)),
      'invalid',
    ],
    ['not even a frame', (one) => one.socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n'), 'invalid'],
  ])('refuse %s and hang up', async ([_, speak, code]) => {
    const path = socketPath()
    const server = await serve(path)
    const other = await neighbour(path)
    const one = await agent(path)
    speak(one)
    expect(told(await one.read())).toMatchObject({ code, final: true })
    expect(await one.read()).toBeNull()
    await other.goesOn()
    other.close()
    await server.close()
  })

  it('refuse a frame of an unknown kind in the middle, and hang up', async () => {
    const path = socketPath()
    const server = await serve(path)
    const one = await agent(path)
    await one.ask(frameKinds.hello, hello())
    expect(told(await one.ask(99, words(1)))).toMatchObject({ code: 'invalid', final: true })
    expect(await one.read()).toBeNull()
    await server.close()
  })

  it('take frames in pieces and several at once, and answer in order who does not read', async () => {
    const path = socketPath()
    const server = await serve(path)
    const one = await agent(path)
    await one.ask(frameKinds.hello, hello({ count: 1 }))
    await one.ask(frameKinds.reset, seeds(3))
    const twin = here('placement', 3, 1)
    const frame = Buffer.from([...words(4, frameKinds.step), ...words(2)])
    for (const byte of frame) {
      one.socket.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    twin.step(2)
    expect((await one.read())?.body.equals(twin.bytes())).toBe(true)
    one.socket.pause()
    const many = 900
    one.socket.write(Buffer.concat(Array.from({ length: many }, () => frame)))
    const other = await neighbour(path)
    await other.goesOn()
    one.socket.resume()
    for (let step = 0; step < many; step += 1) {
      twin.step(2)
      expect((await one.read())?.body.equals(twin.bytes())).toBe(true)
    }
    one.close()
    other.close()
    await server.close()
  })

  it('forget who leaves in the middle of a step, and give back what it held', async () => {
    const path = socketPath()
    const server = await serve(path, { memoryBytesMost: 2 * mebibyte })
    const large = hello({ environment: 'rebalance', count: 40 })
    const other = await neighbour(path)
    for (let round = 0; round < 5; round += 1) {
      const one = await agent(path)
      const welcome = await one.ask(frameKinds.hello, large)
      expect(welcome?.kind).toBe(frameKinds.welcome)
      one.socket.write(Buffer.from([...words(160, frameKinds.step), 1, 2, 3]))
      await new Promise(setImmediate)
      one.close()
      await other.goesOn()
      await new Promise(setImmediate)
    }
    other.close()
    await server.close()
  })

  it('keep 1,000 connections from the one that plays', async () => {
    const path = socketPath()
    const server = await serve(path, { connectionsMost: 100 })
    const other = await neighbour(path)
    const crowd: Agent[] = []
    // Not all in one moment: as many as may wait to be let in is a setting of the machine, 128 on some.
    while (crowd.length < 1000)
      crowd.push(...(await Promise.all(Array.from({ length: 50 }, () => agent(path)))))
    await other.goesOn()
    const refused = crowd.slice(99)
    for (const each of refused) {
      expect(told(await each.read())).toMatchObject({
        code: 'limit',
        message: '100 connections are open already',
      })
    }
    expect((await crowd[0]?.ask(frameKinds.hello, hello()))?.kind).toBe(frameKinds.welcome)
    await other.goesOn()
    for (const each of crowd) each.close()
    await other.goesOn()
    const late = await agent(path)
    expect((await late.ask(frameKinds.hello, hello()))?.kind).toBe(frameKinds.welcome)
    late.close()
    other.close()
    await server.close()
  })
})

describe('the socket of environments', () => {
  it('takes the place of one that a killed process left, and of nothing else', async () => {
    const path = socketPath()
    const server = await serve(path)
    await expect(serve(path)).rejects.toThrow('somebody listens at')
    await server.close()
    await (await serve(path)).close()
    writeFileSync(path, 'a file')
    await expect(serve(path)).rejects.toThrow('is there and is no socket')
    await expect(serve(join(folder, 'x'.repeat(120)))).rejects.toThrow('107 bytes at most')
    await expect(serve(join(folder, 'none', 'a.sock'))).rejects.toThrow('cannot listen at')
    await expect(serve(join(folder, 'none', 'a.sock'), { threads: 2 })).rejects.toThrow('cannot listen at')
  })
})
