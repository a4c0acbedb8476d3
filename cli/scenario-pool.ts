/** Runs of a scenario over all cores. One run or two are made here: a thread takes longer to begin than they take. */
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import { scenarioOpen } from '@orrery/core/twin/scenario/read.ts'
import { combinationRunner } from '@orrery/core/twin/scenario/run.ts'
import type { Combination } from '@orrery/core/twin/scenario/sweep.ts'
import type { SimulationResult } from '@orrery/core/twin/simulation/result.ts'
import { entryPath } from './entry.ts'

const fewRuns = 2

export type Pool = {
  file: TraceFile
  files: readonly TraceFile[]
  signal: AbortSignal
  /** as soon as a run is done, in no order */
  onResult: (combination: Combination, result: SimulationResult) => void
}

export async function combinationsRun(combinations: readonly Combination[], pool: Pool): Promise<void> {
  const threads = Math.min(availableParallelism(), combinations.length)
  if (combinations.length <= fewRuns || threads === 1) return runHere(combinations, pool)
  const waiting = combinations.toReversed()
  const workers = Array.from(
    { length: threads },
    () => new Worker(entryPath('scenario-worker'), { workerData: { file: pool.file, files: pool.files } }),
  )
  try {
    await Promise.all(workers.map((worker) => runIn(worker, waiting, pool)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

async function runHere(combinations: readonly Combination[], pool: Pool): Promise<void> {
  const run = combinationRunner(scenarioOpen(pool.file), pool.files)
  for (const combination of combinations) {
    // Between runs, so that Ctrl-C is heard.
    await setImmediate()
    pool.signal.throwIfAborted()
    pool.onResult(combination, run(combination))
  }
}

/** Gives the thread one run after the other until none is left. */
function runIn(worker: Worker, waiting: Combination[], { signal, onResult }: Pool): Promise<void> {
  return new Promise((resolve, reject) => {
    let current: Combination | undefined
    const next = () => {
      current = waiting.pop()
      if (current === undefined) resolve()
      else worker.postMessage(current)
    }
    worker.on('message', (result: SimulationResult) => {
      try {
        if (current !== undefined) onResult(current, result)
        next()
      } catch (error) {
        reject(error)
      }
    })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('a thread ended before its runs were done')))
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    if (signal.aborted) reject(signal.reason)
    else next()
  })
}
