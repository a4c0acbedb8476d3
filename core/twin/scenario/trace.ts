import type { ScenarioTrace } from '@orrery/api/scenario.ts'
import type { TraceFile } from '../../trace/csv.ts'
import type { TraceTask } from '../../trace/model.ts'
import { openbTasks } from '../../trace/openb.ts'
import { ownParse } from '../../trace/own.ts'
import type { SimulationTask } from '../simulation/tasks.ts'
import type { Reading } from './reading.ts'
import type { Path } from './yaml.ts'

/** The tasks of a trace file, from its first arrival on; those that come after the horizon are left out. */
export function traceTasks(reading: Reading, { trace, format }: ScenarioTrace, path: Path): SimulationTask[] {
  const file = reading.fileOf([...path, 'trace'], trace)
  const { tasks, badRows } = format === 'openb' ? openb(file) : own(file)
  const [bad] = badRows
  if (bad !== undefined) {
    const more = badRows.length > 1 ? `; ${badRows.length - 1} more rows are bad` : ''
    reading.refuse([...path, 'trace'], `${bad.file}:${bad.line}: ${bad.message}${more}`)
  }
  const first = tasks.reduce(
    (least, { arrivalSeconds }) => Math.min(least, arrivalSeconds),
    Number.POSITIVE_INFINITY,
  )
  return tasks
    .map((task) => ({
      ...task,
      arrivalSeconds: task.arrivalSeconds - first,
      departureSeconds: task.departureSeconds === null ? null : task.departureSeconds - first,
    }))
    .filter(({ arrivalSeconds }) => arrivalSeconds <= reading.horizonSeconds)
}

type Read = {
  tasks: (TraceTask & Pick<SimulationTask, 'constraints'>)[]
  badRows: { file: string; line: number; message: string }[]
}

function openb(file: TraceFile): Read {
  const { items, badRows } = openbTasks(file)
  return { tasks: items, badRows }
}

function own(file: TraceFile): Read {
  const { arrivals, departures, badRows } = ownParse(file)
  const leaves = new Map(departures.map(({ departure, at }) => [departure, at / 1e6]))
  const tasks = arrivals.map(({ arrival, at, demand, constraints }) => ({
    name: arrival,
    demand,
    constraints,
    arrivalSeconds: at / 1e6,
    departureSeconds: leaves.get(arrival) ?? null,
  }))
  return { tasks, badRows }
}
