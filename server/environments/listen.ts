/** A Unix socket that agents connect to. */
import { chmod, rm, stat } from 'node:fs/promises'
import { type Server, type Socket, connect, createServer } from 'node:net'
import { endianness } from 'node:os'
import { OrreryError } from '@orrery/api/errors.ts'
import { connectionServe } from './connection.ts'
import { type Session, refusal } from './session.ts'

/** What sun_path holds on Linux, without the zero at its end; elsewhere it is a little less. */
const pathBytesMost = 107
const backlog = 1024
const partingMs = 5000

export type Listening = { path: string; connections(): number; close(): Promise<void> }

export type ListenOptions = {
  path: string
  connectionsMost: number
  sessionOpen: () => Session
  onFault: (error: unknown) => void
}

export async function environmentsListen({
  path,
  connectionsMost,
  sessionOpen,
  onFault,
}: ListenOptions): Promise<Listening> {
  // Outputs are sent as they lie in memory.
  if (endianness() !== 'LE')
    throw new OrreryError('unavailable', 'environments are served by little-endian machines only')
  if (Buffer.byteLength(path) > pathBytesMost) {
    throw new OrreryError('invalid', `the path of a socket has ${pathBytesMost} bytes at most: ${path}`)
  }
  await leftoverRemove(path)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    if (sockets.size >= connectionsMost) {
      socket.on('error', () => undefined)
      socket.end(refusal('limit', `${connectionsMost} connections are open already`, true).bytes)
      socket.resume()
      // Who does not hang up is hung up on.
      setTimeout(() => socket.destroy(), partingMs).unref()
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    connectionServe(socket, sessionOpen(), onFault)
  })
  await listening(server, path)
  await chmod(path, 0o600)
  return {
    path,
    connections: () => sockets.size,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new OrreryError('unavailable', `cannot listen at ${path}: ${cause.code ?? cause.message}`, { cause }),
      ),
    )
    server.listen({ path, backlog }, resolve)
  })
}

/** A socket that nobody listens at any more is what a killed process left. */
async function leftoverRemove(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found === null) return
  if (!found.isSocket()) throw new OrreryError('conflict', `${path} is there and is no socket`)
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect({ path })
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
  if (answers) throw new OrreryError('conflict', `somebody listens at ${path} already`)
  await rm(path, { force: true })
}
