/** The twin's threads: as many as there are cores, started when they are first wanted and kept warm. */
import { availableParallelism, totalmem } from 'node:os'
import { Worker } from 'node:worker_threads'
import { OrreryError } from '@orrery/api/errors.ts'
import { entryPath } from '../entry.ts'
import type { Job, JobAnswer, WorkerStart } from './job.ts'

export type TwinPool = {
  /**
   * Does a job in a thread of its own; resolves when it is done. Aborted or too late, its thread is ended, whatever it
   * is in the middle of. `timeoutMs` counts from when it has a thread, `queueMs` is how long it may wait for one.
   */
  run(
    job: Job,
    options: {
      signal?: AbortSignal
      timeoutMs?: number
      queueMs?: number
      onAnswer(answer: JobAnswer): void
    },
  ): Promise<void>
  close(): Promise<void>
}

type Seat = { worker: Worker; busy: boolean }
type Patience = { signal: AbortSignal | undefined; queueMs: number | undefined }

/** A job that waits is a promise and a copy of its setting; whoever comes after so many is refused. */
const queuedMax = 100

/** What a check may hold: a scenario is read whole before it is known how much is in it. */
const checkMebibytesMost = 512

/** A pool for runs, and a thread for checks, which must not wait behind them. */
export function twinOpen(start: WorkerStart): TwinPool {
  const runs = twinPoolOpen(start)
  const checks = twinPoolOpen(start, 1, checkMebibytesMost)
  return {
    run: (job, options) => (job.kind === 'check' ? checks : runs).run(job, options),
    async close() {
      await Promise.all([runs.close(), checks.close()])
    },
  }
}

export function twinPoolOpen(
  start: WorkerStart,
  size = Math.max(1, availableParallelism() - 1),
  heapMebibytesMost = heapUsual(size),
): TwinPool {
  const seats = new Set<Seat>()
  const queue: (() => void)[] = []
  let closed = false

  async function seatTake(patience: Patience): Promise<Seat> {
    const { signal } = patience
    const isStopped = () => signal?.aborted === true
    for (;;) {
      if (isStopped()) throw abortError(signal)
      if (closed) throw new OrreryError('unavailable', 'The server is shutting down.')
      const idle = [...seats].find((seat) => !seat.busy)
      if (idle !== undefined) {
        idle.busy = true
        return idle
      }
      if (seats.size < size) {
        const worker = new Worker(entryPath('twinWorker'), {
          workerData: start,
          resourceLimits: { maxOldGenerationSizeMb: heapMebibytesMost },
        })
        const seat: Seat = { worker, busy: true }
        // A thread at rest must not keep the process alive, and one that breaks at rest must not end it.
        seat.worker.unref()
        seat.worker.on('error', () => seats.delete(seat)).on('exit', () => seats.delete(seat))
        seats.add(seat)
        return seat
      }
      await turnCome(patience)
      // It was woken for a seat that it does not take any more.
      if (isStopped()) queue.shift()?.()
    }
  }
  /** Until a seat may be free; rejects when that takes too long, or nobody wants one any more. */
  function turnCome({ signal, queueMs }: Patience): Promise<void> {
    if (queue.length >= queuedMax)
      throw new OrreryError('limit', `${queuedMax} jobs wait for the twin already. Ask again later.`)
    return new Promise<void>((resolve, reject) => {
      const leave = (settle: () => void) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        const at = queue.indexOf(wake)
        if (at >= 0) queue.splice(at, 1)
        settle()
      }
      const wake = () => leave(resolve)
      const onAbort = () => leave(() => reject(abortError(signal)))
      const onLate = () => leave(() => reject(busyError()))
      const timer = queueMs === undefined ? undefined : setTimeout(onLate, queueMs)
      signal?.addEventListener('abort', onAbort, { once: true })
      queue.push(wake)
    })
  }

  function seatLeave(seat: Seat): void {
    seat.busy = false
    queue.shift()?.()
  }

  async function seatEnd(seat: Seat): Promise<void> {
    seats.delete(seat)
    await seat.worker.terminate()
    queue.shift()?.()
  }

  return {
    async run(job, { signal, timeoutMs, queueMs, onAnswer }) {
      const seat = await seatTake({ signal, queueMs })
      const { worker } = seat
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const onMessage = (answer: JobAnswer) => {
        if (answer.kind === 'done') end(resolve, false)
        else if (answer.kind === 'failed') end(() => reject(failure(answer)), answer.code === null)
        else onAnswer(answer)
      }
      const onError = (error: Error) =>
        end(() => reject(isMemory(error) ? memoryError(error, heapMebibytesMost) : error), true)
      const onExit = (code: number) =>
        end(() => reject(new Error(`a thread of the twin ended with ${code}`)), true)
      const onAbort = () => end(() => reject(abortError(signal)), true)
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => end(() => reject(lateError(timeoutMs)), true), timeoutMs)
      /** Once. A thread that is not to be trusted any more is ended before anybody hears of it. */
      let over = false
      const end = (settle: () => void, isBroken: boolean): void => {
        if (over) return
        over = true
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        worker.off('message', onMessage).off('error', onError).off('exit', onExit)
        if (isBroken) seatEnd(seat).then(settle, reject)
        else {
          seatLeave(seat)
          settle()
        }
      }
      worker.on('message', onMessage).on('error', onError).on('exit', onExit)
      if (signal?.aborted === true) onAbort()
      else {
        signal?.addEventListener('abort', onAbort, { once: true })
        try {
          worker.postMessage(job)
        } catch (error) {
          // What cannot be sent is the job's fault, not the thread's.
          end(() => reject(error), false)
        }
      }
      return promise
    },
    async close() {
      closed = true
      for (const wake of queue.splice(0)) wake()
      await Promise.all([...seats].map((seat) => seatEnd(seat)))
    },
  }
}

const mebibyte = 1024 ** 2

/** Half of what there is for all threads together. */
function heapUsual(size: number): number {
  const constrained = process.constrainedMemory()
  const total = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.floor(Math.min(4096, Math.max(256, total / mebibyte / 2 / size)))
}

function abortError(signal: AbortSignal | undefined): Error {
  return new OrreryError('conflict', 'The run was stopped.', { cause: signal?.reason })
}

function busyError(): Error {
  return new OrreryError('limit', 'All threads of the twin are busy. Ask again in a moment.')
}

function lateError(timeoutMs: number): Error {
  return new OrreryError('limit', `It took longer than ${timeoutMs / 1000} s and was stopped.`)
}

function isMemory(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function memoryError(cause: Error, mebibytesMost: number): Error {
  return new OrreryError(
    'limit',
    `It took more memory than a thread of the twin may have, which is ${mebibytesMost} MiB, and was ended. Give it a shorter window or horizon, or less work.`,
    { cause },
  )
}

function failure({ code, message }: Extract<JobAnswer, { kind: 'failed' }>): Error {
  return code === null ? new Error(message) : new OrreryError(code, message)
}
