/**
 * Task lists of the same family as a given one: the same classes of work, each as frequent as chance has it. A policy
 * that is good on the published lists because it was made for them is not on these.
 */
import { targetOf } from '../../inventory/target.ts'
import { randomExponential, randomFloat, randomStream } from '../../random.ts'
import type { Experiment, ExperimentTask } from './experiment.ts'

/**
 * As many tasks. A class's frequency is that of the list times a draw with mean 1 (exponential, so that it may be near
 * none or several times as much), and tasks are drawn by these.
 */
export function experimentResample(experiment: Experiment, seed: number): Experiment {
  const { tasks, demands } = experiment
  const stream = randomStream(seed, 'resample')
  const factors = demands.map(() => randomExponential(stream, 1))
  const sums: number[] = []
  let sum = 0
  for (const { demand } of tasks) sums.push((sum += factors[demand] ?? 0))
  const drawn = Array.from({ length: tasks.length }, (_, index): ExperimentTask => {
    const task = tasks[firstAbove(sums, randomFloat(stream) * sum)]
    if (task === undefined) throw new Error('a list without tasks cannot be drawn from')
    return { ...task, name: `drawn-${String(index).padStart(6, '0')}` }
  })
  const target = targetOf(
    drawn.flatMap((task) => {
      const demand = demands[task.demand]
      return demand === undefined ? [] : [{ demand }]
    }),
  )
  return { ...experiment, tasks: drawn, target }
}

/** The first index whose sum is above the value; sums ascend. */
function firstAbove(sums: readonly number[], value: number): number {
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
