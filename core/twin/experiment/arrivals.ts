/** Who arrives in which order, and which node comes first: the published experiment's draws, one for one. */
import { type GoStream, goIntn, goPermutation, goShuffle, goSkip, goStream } from '../go-random.ts'
import type { Experiment } from './experiment.ts'

/** Tasks arrive until they ask for this share of all GPUs. */
const tuneRatio = 1.3
/** The published program's own scheduler draws as often, for its time-outs, before the nodes are named. */
const drawsOfScheduler = 10

export type Arrivals = {
  /** indexes of tasks */
  order: readonly number[]
  /** each node's place in the order that breaks ties; lower is first */
  ranks: Int32Array
}

export function arrivalsOf({ tasks, nodes, capacityMilli }: Experiment, seed: number): Arrivals {
  const stream = goStream(seed)
  goSkip(stream)
  const order = goShuffle(
    stream,
    Array.from({ length: tasks.length }, (_, index) => index),
  )
  const target = tuneRatio * capacityMilli
  const asked = order.reduce((sum, task) => sum + (tasks[task]?.gpuMilliTotal ?? 0), 0)
  if (asked < target) append(stream, order, tasks, target - asked)
  else deleteSome(stream, order, tasks, asked - target)
  for (let draw = 0; draw < drawsOfScheduler; draw += 1) goSkip(stream)
  return { order, ranks: goPermutation(stream, nodes.length) }
}

type Tasks = Experiment['tasks']

/** Adds tasks again, any of them. What a task asks of one device decides whether it still fits, as published. */
function append(stream: GoStream, order: number[], tasks: Tasks, missingMilli: number): void {
  let missing = missingMilli
  // Without this a trace whose tasks ask for no GPU would never end.
  if (tasks.every((task) => task.gpuMilliTotal === 0)) return
  for (;;) {
    const index = goIntn(stream, tasks.length)
    const task = tasks[index]
    if (task === undefined || task.gpuMilliEach > missing) return
    order.push(index)
    missing -= task.gpuMilliTotal
  }
}

function deleteSome(stream: GoStream, order: number[], tasks: Tasks, excessMilli: number): void {
  let excess = excessMilli
  while (excess > 0 && order.length > 0) {
    const [gone = 0] = order.splice(goIntn(stream, order.length), 1)
    excess -= tasks[gone]?.gpuMilliTotal ?? 0
  }
}
