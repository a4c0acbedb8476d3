/**
 * A thread in which the twin runs, with a connection of its own, so that the server's event loop is free. It does one
 * job after the other; whoever wants one stopped ends the thread.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { OrreryError } from '@orrery/api/errors.ts'
import pg from 'pg'
import { connectionConfig } from '../db/database.ts'
import type { Job, JobAnswer, WorkerStart } from './job.ts'
import { scenarioWork } from './scenario.ts'
import { work } from './work.ts'

const port = parentPort
if (port === null) throw new Error('this program runs as a thread of the server')
const start = workerData as WorkerStart
let client: pg.Client | null = null

async function connected(): Promise<pg.Client> {
  if (client !== null) return client
  const fresh = new pg.Client(connectionConfig({ ...start, applicationName: 'orrery twin' }))
  // It may break while nothing uses it: the next job connects again.
  fresh.on('error', () => {
    if (client === fresh) client = null
  })
  await fresh.connect()
  client = fresh
  return fresh
}

async function done(job: Job, answer: (given: JobAnswer) => void): Promise<void> {
  switch (job.kind) {
    case 'check':
    case 'run-scenario':
    case 'why-scenario':
      return scenarioWork(job, answer)
    case 'run':
    case 'why':
    case 'fork':
      return work(await connected(), job, answer)
  }
}

port.on('message', (job: Job) => {
  const answer = (given: JobAnswer) => port.postMessage(given)
  done(job, answer)
    .then(() => answer({ kind: 'done' }))
    .catch((thrown: unknown) => {
      const error = tooLong(thrown) ?? thrown
      const known = error instanceof OrreryError
      const message =
        error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)
      answer({ kind: 'failed', code: known ? error.code : null, message })
    })
})

/** The database gives no statement longer than its limit; what a run reads grows with its window. */
function tooLong(error: unknown): OrreryError | null {
  if (!(error instanceof pg.DatabaseError) || error.code !== '57014') return null
  return new OrreryError(
    'limit',
    'The database took too long over reading what the run starts from. Choose a shorter window or horizon, or ask again when it is less busy.',
    { cause: error },
  )
}
