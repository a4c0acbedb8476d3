/** A thread that makes runs of one scenario, each as it is asked for. */
import { parentPort, workerData } from 'node:worker_threads'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import { scenarioOpen } from '@orrery/core/twin/scenario/read.ts'
import { combinationRunner } from '@orrery/core/twin/scenario/run.ts'
import type { Combination } from '@orrery/core/twin/scenario/sweep.ts'

const { file, files } = workerData as { file: TraceFile; files: TraceFile[] } // from cli/scenario-pool.ts
const run = combinationRunner(scenarioOpen(file), files)
parentPort?.on('message', (combination: Combination) => {
  parentPort?.postMessage(run(combination))
})
