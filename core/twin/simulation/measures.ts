/** What runs are compared by. */
import type { SimulationResult } from './result.ts'

export type Measure = {
  name: string
  title: string
  unit: '%' | 'tasks' | 'seconds' | 'times' | 'minutes' | 'kWh' | 'kg' | 'money' | 'ms'
  better: 'more' | 'less'
  /** It says something only where things happen that many simulations are without: shown if any has it. */
  rare?: true
  /** null: it does not apply, as to GPUs where there are none */
  of(result: SimulationResult): number | null
}

const percent = (share: number | null) => (share === null ? null : 100 * share)

export const measures: readonly Measure[] = [
  {
    name: 'gpuAllocated',
    title: 'GPUs allocated, over time',
    unit: '%',
    better: 'more',
    of: ({ allocated }) => percent(allocated.gpu),
  },
  {
    name: 'cpuAllocated',
    title: 'cores allocated, over time',
    unit: '%',
    better: 'more',
    of: ({ allocated }) => percent(allocated.cpu),
  },
  {
    name: 'memoryAllocated',
    title: 'memory allocated, over time',
    unit: '%',
    better: 'more',
    of: ({ allocated }) => percent(allocated.memory),
  },
  {
    name: 'fragmented',
    title: 'idle GPUs of no use to the usual task',
    unit: '%',
    better: 'less',
    of: ({ fragmentShare }) => percent(fragmentShare),
  },
  { name: 'placed', title: 'got a place', unit: 'tasks', better: 'more', of: ({ placed }) => placed },
  { name: 'finished', title: 'finished', unit: 'tasks', better: 'more', of: ({ finished }) => finished },
  { name: 'rejected', title: 'turned away', unit: 'tasks', better: 'less', of: ({ rejected }) => rejected },
  {
    name: 'waiting',
    title: 'waiting, over time',
    unit: 'tasks',
    better: 'less',
    of: ({ waitingMean }) => waitingMean,
  },
  {
    name: 'waitMean',
    title: 'wait of who got a place, mean',
    unit: 'seconds',
    better: 'less',
    of: ({ waitSecondsMean }) => waitSecondsMean,
  },
  {
    name: 'waitMost',
    title: 'wait of who got a place, longest',
    unit: 'seconds',
    better: 'less',
    of: ({ waitSecondsMost }) => waitSecondsMost,
  },
  {
    name: 'restarts',
    title: 'lost their node',
    unit: 'times',
    better: 'less',
    rare: true,
    of: ({ restarts }) => restarts,
  },
  {
    name: 'down',
    title: 'without a node after that, in all',
    unit: 'seconds',
    better: 'less',
    rare: true,
    of: ({ downSeconds }) => downSeconds,
  },
  {
    name: 'migrations',
    title: 'moves to another node',
    unit: 'times',
    better: 'less',
    rare: true,
    of: ({ migrations }) => migrations,
  },
  {
    name: 'resizesRefused',
    title: 'sizes refused for want of room',
    unit: 'times',
    better: 'less',
    rare: true,
    of: ({ resizesRefused }) => resizesRefused,
  },
  {
    name: 'overload',
    title: 'nodes asked for more cores than they have',
    unit: 'minutes',
    better: 'less',
    rare: true,
    of: ({ overloadMinutes }) => overloadMinutes,
  },
  {
    name: 'memoryOverload',
    title: 'nodes asked for more memory than they have',
    unit: 'minutes',
    better: 'less',
    rare: true,
    of: ({ memoryOverloadMinutes }) => memoryOverloadMinutes,
  },
  {
    name: 'wakeUps',
    title: 'nodes woken from sleep',
    unit: 'times',
    better: 'less',
    rare: true,
    of: ({ wakeUps }) => wakeUps,
  },
  {
    name: 'wake',
    title: 'waited for a node to wake, in all',
    unit: 'seconds',
    better: 'less',
    rare: true,
    of: ({ wakeSeconds }) => wakeSeconds,
  },
  {
    name: 'energy',
    title: 'energy',
    unit: 'kWh',
    better: 'less',
    rare: true,
    of: ({ energyKwh }) => energyKwh,
  },
  {
    name: 'carbon',
    title: 'carbon',
    unit: 'kg',
    better: 'less',
    rare: true,
    of: ({ carbonKg }) => carbonKg,
  },
  {
    name: 'cost',
    title: 'cost of energy',
    unit: 'money',
    better: 'less',
    rare: true,
    of: ({ cost }) => cost,
  },
  {
    name: 'latency',
    title: 'latency to whom it serves, mean',
    unit: 'ms',
    better: 'less',
    rare: true,
    of: ({ latencyMsMean }) => latencyMsMean,
  },
]
