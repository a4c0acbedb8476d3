/** A thread of server/environments/serve.ts: one socket, its sessions and their environments. */
import { parentPort, workerData } from 'node:worker_threads'
import { environmentsListen } from './listen.ts'
import type { ThreadData } from './serve.ts'
import { sessionOpen } from './session.ts'

// What serve.ts starts it with.
const { path, connectionsMost, memoryBytesMost } = workerData as ThreadData
const budget = { bytesLeft: memoryBytesMost }
try {
  const listener = await environmentsListen({
    path,
    connectionsMost,
    sessionOpen: () => sessionOpen(budget),
    onFault: (error) => process.stderr.write(`${String(error)}\n`),
  })
  parentPort?.once('message', () => void listener.close())
  parentPort?.postMessage(null)
} catch (error) {
  parentPort?.postMessage(error instanceof Error ? error.message : String(error))
}
