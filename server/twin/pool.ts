/** The twin's threads: as many as there are cores, started when they are first wanted and kept warm. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { OrreryError } from '@orrery/api/errors.ts'
import { entryPath } from '../entry.ts'
import type { Job, JobAnswer, WorkerStart } from './job.ts'

export type TwinPool = {
  /**
   * Does a job in a thread of its own; resolves when it is done. Aborted or too late, its thread is ended, whatever it
   * is in the middle of.
   */
  run(
    job: Job,
    options: { signal?: AbortSignal; timeoutMs?: number; onAnswer(answer: JobAnswer): void },
  ): Promise<void>
  close(): Promise<void>
}

type Seat = { worker: Worker; busy: boolean }

export function twinPoolOpen(start: WorkerStart, size = Math.max(1, availableParallelism() - 1)): TwinPool {
  const seats = new Set<Seat>()
  const queue: (() => void)[] = []
  let closed = false

  async function seatTake(): Promise<Seat> {
    for (;;) {
      if (closed) throw new OrreryError('unavailable', 'The server is shutting down.')
      const idle = [...seats].find((seat) => !seat.busy)
      if (idle !== undefined) {
        idle.busy = true
        return idle
      }
      if (seats.size < size) {
        const seat: Seat = { worker: new Worker(entryPath('twinWorker'), { workerData: start }), busy: true }
        // A thread at rest must not keep the process alive.
        seat.worker.unref()
        seats.add(seat)
        return seat
      }
      await new Promise<void>((resolve) => queue.push(resolve))
    }
  }

  function seatLeave(seat: Seat): void {
    seat.busy = false
    queue.shift()?.()
  }

  async function seatEnd(seat: Seat): Promise<void> {
    seats.delete(seat)
    // What it says at its end is of no interest, and must not end the process.
    seat.worker.on('error', () => undefined)
    await seat.worker.terminate()
    queue.shift()?.()
  }

  return {
    async run(job, { signal, timeoutMs, onAnswer }) {
      const seat = await seatTake()
      const { worker } = seat
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const onMessage = (answer: JobAnswer) => {
        if (answer.kind === 'done') end(resolve, false)
        else if (answer.kind === 'failed') end(() => reject(failure(answer)), answer.code === null)
        else onAnswer(answer)
      }
      const onError = (error: Error) => end(() => reject(error), true)
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
        worker.postMessage(job)
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

function abortError(signal: AbortSignal | undefined): Error {
  return new OrreryError('conflict', 'The run was stopped.', { cause: signal?.reason })
}

function lateError(timeoutMs: number): Error {
  return new OrreryError('limit', `The run took longer than ${timeoutMs / 1000} s and was stopped.`)
}

function failure({ code, message }: Extract<JobAnswer, { kind: 'failed' }>): Error {
  return code === null ? new Error(message) : new OrreryError(code, message)
}
