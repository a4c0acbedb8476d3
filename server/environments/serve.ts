/**
 * Environments for agents of other programs. With several threads each has a socket of its own beside the first, which
 * only says where to go: reading, stepping and answering then happen in one thread without a hand-over.
 */
import { Worker } from 'node:worker_threads'
import { OrreryError } from '@orrery/api/errors.ts'
import { entryPath } from '../entry.ts'
import { frameKinds, helloBytesMost, jsonFrame } from './frame.ts'
import { type Listening, environmentsListen } from './listen.ts'
import { type Session, helloRead, refusal, sessionOpen } from './session.ts'

export type EnvironmentsOptions = {
  /** of the socket */
  path: string
  threads: number
  /** in each thread */
  connectionsMost: number
  /** of all environments in a thread, near enough */
  memoryBytesMost: number
  onFault: (error: unknown) => void
}

/** What a thread is started with. */
export type ThreadData = Omit<EnvironmentsOptions, 'threads' | 'onFault'>

export type EnvironmentsServer = {
  path: string
  /** settles when a thread has broken down */
  broken: Promise<Error>
  close(): Promise<void>
}

export async function environmentsServe(options: EnvironmentsOptions): Promise<EnvironmentsServer> {
  const { path, threads, connectionsMost, memoryBytesMost, onFault } = options
  if (threads === 1) {
    const budget = { bytesLeft: memoryBytesMost }
    const sessions = () => sessionOpen(budget)
    const listener = await environmentsListen({ path, connectionsMost, sessionOpen: sessions, onFault })
    return { path, broken: new Promise(() => undefined), close: listener.close }
  }
  const workers: Worker[] = []
  let listener: Listening | null = null
  const close = async () => {
    await listener?.close()
    await Promise.all(workers.map(threadEnd))
  }
  try {
    const paths = Array.from({ length: threads }, (_, thread) => `${path}.${thread + 1}`)
    for (const each of paths)
      workers.push(await threadStart({ path: each, connectionsMost, memoryBytesMost }))
    let next = 0
    const sessions = () => redirecting(() => paths[next++ % paths.length] ?? path)
    // Who is sent on leaves at once; the threads keep the limits.
    listener = await environmentsListen({ path, connectionsMost: 1024, sessionOpen: sessions, onFault })
  } catch (error) {
    await close()
    throw error
  }
  const broken = Promise.race(
    workers.map((worker) => new Promise<Error>((resolve) => worker.once('error', resolve))),
  )
  return { path, broken, close }
}

/** Answers a hello with the socket to go to. */
function redirecting(next: () => string): Session {
  return {
    bodyBytesMost: () => helloBytesMost,
    take({ kind, body }) {
      if (kind !== frameKinds.hello) return refusal('conflict', 'a conversation begins with a hello', true)
      try {
        helloRead(body)
      } catch (error) {
        if (error instanceof OrreryError) return refusal(error.code, error.message, true)
        throw error
      }
      return { bytes: jsonFrame(frameKinds.redirect, { socket: next() }), final: true }
    },
    close: () => undefined,
  }
}

async function threadStart(data: ThreadData): Promise<Worker> {
  const worker = new Worker(entryPath('environments'), { workerData: data })
  await new Promise<void>((resolve, reject) => {
    worker.once('message', (wrong: string | null) => {
      if (wrong === null) resolve()
      else reject(new OrreryError('unavailable', wrong))
    })
    worker.once('error', reject)
  }).catch(async (error: unknown) => {
    await worker.terminate()
    throw error
  })
  return worker
}

/** It ends when it has closed its socket. One that has ended has no id any more. */
function threadEnd(worker: Worker): Promise<void> {
  if (worker.threadId < 0) return Promise.resolve()
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.postMessage('close')
  })
}
