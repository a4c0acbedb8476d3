/** What comes in a scenario: tasks by name, tasks at random, tasks of a trace; and what happens to them and to nodes. */
import {
  type ScenarioDemand,
  type ScenarioEvents,
  type ScenarioHead,
  type ScenarioPlace,
  type ScenarioPoisson,
  type ScenarioTask,
  type ScenarioTrace,
  scenarioArrivals,
  scenarioEvents,
} from '@orrery/api/scenario.ts'
import type { SiteId } from '@orrery/api/id.ts'
import type { Constraints } from '@orrery/api/workload.ts'
import { nodeNames } from '../../emulator/config.ts'
import { durationShow } from '../../quantity.ts'
import type { Change } from '../simulation/known-change.ts'
import type { SimulationTask } from '../simulation/tasks.ts'
import { type Usages, usageOf } from './curves.ts'
import type { Poisson, PoissonKind } from './model.ts'
import { type Places, noSite, nodeIndexOf } from './nodes.ts'
import { type Reading, checked, distinct, kindOf } from './reading.ts'
import { roomAssert } from './room.ts'
import { traceTasks } from './trace.ts'
import { demandRead, secondsOf } from './words.ts'
import type { Path } from './yaml.ts'

export type Work = { tasks: SimulationTask[]; poisson: Poisson[]; changes: Change[] }

/** As many as a browser holds with ease. */
const tasksMax = 2_000_000

type Context = {
  reading: Reading
  places: Places
  usages: Usages
  memoryUsages: Usages
  names: Set<string>
  work: Work
  /** how many tasks the streams give on average */
  expected: number
}

export function workRead(
  reading: Reading,
  head: ScenarioHead,
  places: Places,
  usages: Usages,
  memoryUsages: Usages,
): Work {
  const work: Work = { tasks: [], poisson: [], changes: [] }
  const context: Context = {
    reading,
    places,
    usages,
    memoryUsages,
    names: new Set(),
    work,
    expected: 0,
  }
  ;(head.arrivals ?? []).forEach((given, at) => arrivalRead(context, given, ['arrivals', at]))
  const events = (head.events ?? []).map((given, at) => ({ given, path: ['events', at] }))
  // A task may be resized by an event that is written before the one it comes with.
  for (const { given, path } of events) {
    if (kindOf(reading.refuse, scenarioEvents, given, path) !== 'arrive') continue
    const { arrive, ...task } = checked<ScenarioEvents['arrive']>(
      reading.refuse,
      scenarioEvents.arrive,
      given,
      path,
    )
    tasksAdd(context, arrive, task, path, 'arrive')
  }
  for (const { given, path } of events) changeRead(context, given, path)
  return work
}

function arrivalRead(context: Context, given: unknown, path: Path): void {
  const { refuse } = context.reading
  const kind = kindOf(refuse, scenarioArrivals, given, path)
  switch (kind) {
    case 'task': {
      const { task, ...rest } = checked<ScenarioTask>(refuse, scenarioArrivals.task, given, path)
      tasksAdd(context, task, rest, path, 'task')
      break
    }
    case 'poisson':
      context.work.poisson.push(
        poissonRead(context, checked<ScenarioPoisson>(refuse, scenarioArrivals.poisson, given, path), path),
      )
      break
    case 'trace': {
      const trace = checked<ScenarioTrace>(refuse, scenarioArrivals.trace, given, path)
      for (const task of traceTasks(context.reading, trace, path)) taskAdd(context, task, [...path, 'trace'])
    }
  }
}

function tasksAdd(
  context: Context,
  name: string,
  given: Omit<ScenarioTask, 'task'>,
  path: Path,
  key: string,
): void {
  const { reading } = context
  const { count = 1 } = given
  const atSeconds = timeRead(reading, [...path, 'at'], given.at ?? 0)
  const everySeconds = secondsOf(given.every ?? 0)
  const lastSeconds = atSeconds + (count - 1) * everySeconds
  if (lastSeconds > reading.horizonSeconds) {
    reading.refuse(
      [...path, 'every'],
      `the last of them would come at ${durationShow(lastSeconds)}, after the horizon of ${durationShow(reading.horizonSeconds)}`,
    )
  }
  const task = taskRead(context, given, path)
  const runsSeconds = given.runs === undefined ? null : secondsOf(given.runs)
  nodeNames({ name, count }).forEach((each, at) => {
    const arrivalSeconds = atSeconds + at * everySeconds
    const departureSeconds = runsSeconds === null ? null : arrivalSeconds + runsSeconds
    taskAdd(context, { ...task, name: each, arrivalSeconds, departureSeconds }, [...path, key])
  })
}

function taskAdd({ reading, names, work }: Context, task: SimulationTask, path: Path): void {
  distinct(reading, names, 'task', task.name, path)
  if (work.tasks.length >= tasksMax) reading.refuse(path, `more than ${tasksMax} tasks; ask for fewer`)
  work.tasks.push(task)
}

function poissonRead(context: Context, given: ScenarioPoisson, path: Path): Poisson {
  const { reading } = context
  const fromSeconds = timeRead(reading, [...path, 'from'], given.from ?? 0)
  const untilSeconds = Math.min(reading.horizonSeconds, secondsOf(given.until ?? reading.horizonSeconds))
  if (untilSeconds <= fromSeconds) {
    reading.refuse([...path, given.until === undefined ? 'from' : 'until'], 'it ends before it begins')
  }
  context.expected += (given.perHour * (untilSeconds - fromSeconds)) / 3600
  if (context.expected > tasksMax) {
    reading.refuse([...path, 'perHour'], `more than ${tasksMax} tasks would come; ask for fewer`)
  }
  distinct(reading, context.names, 'task', given.poisson, [...path, 'poisson'])
  return {
    name: given.poisson,
    perHour: given.perHour,
    fromSeconds,
    untilSeconds,
    mix: given.mix.map((kind, at): PoissonKind => ({
      name: kind.name ?? '',
      weight: kind.weight ?? 1,
      runsSeconds: kind.runs === undefined ? null : secondsOf(kind.runs),
      lives: kind.lives ?? 'exponential',
      task: taskRead(context, kind, [...path, 'mix', at]),
    })),
  }
}

function taskRead(
  { reading, places, usages, memoryUsages }: Context,
  given: ScenarioDemand & ScenarioPlace,
  path: Path,
): PoissonKind['task'] {
  const demand = demandRead(given)
  roomAssert(reading, places, given, demand, path)
  const constraints = constraintsRead(reading, places, given, path)
  return {
    demand,
    ...(Object.keys(constraints).length === 0 ? {} : { constraints }),
    ...(given.startUp === undefined ? {} : { startSeconds: secondsOf(given.startUp) }),
    ...(given.usage === undefined
      ? {}
      : { usage: usageOf(reading, usages, [...path, 'usage'], given.usage) }),
    ...(given.memoryUsage === undefined
      ? {}
      : { memoryUsage: usageOf(reading, memoryUsages, [...path, 'memoryUsage'], given.memoryUsage) }),
  }
}

function constraintsRead(reading: Reading, { sites }: Places, given: ScenarioPlace, path: Path): Constraints {
  const known = sites.map(({ name }) => name)
  const siteId = (name: string, at: Path): SiteId => {
    if (!known.includes(name)) reading.refuse(at, noSite(name, known))
    return name as SiteId // the planner never looks into an id
  }
  const { servedFrom, latencyMsMax, nodeLabels, capabilities, antiAffinity } = given
  return {
    ...(given.sites === undefined
      ? {}
      : { siteIds: given.sites.map((name, at) => siteId(name, [...path, 'sites', at])) }),
    ...(servedFrom === undefined ? {} : { latencyFrom: siteId(servedFrom, [...path, 'servedFrom']) }),
    ...(latencyMsMax === undefined ? {} : { latencyMsMax }),
    ...(nodeLabels === undefined ? {} : { nodeLabels }),
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(antiAffinity === undefined ? {} : { antiAffinity }),
  }
}

function changeRead(context: Context, given: unknown, path: Path): void {
  const { reading, places, names, work } = context
  const { refuse } = reading
  const kind = kindOf(refuse, scenarioEvents, given, path)
  if (kind === 'arrive') return
  const event = checked<{ at: string | number } & Record<string, unknown>>(
    refuse,
    scenarioEvents[kind],
    given,
    path,
  )
  const atSeconds = timeRead(reading, [...path, 'at'], event.at)
  const subject = String(event[kind])
  if (kind === 'resize') {
    if (!names.has(subject)) refuse([...path, kind], `there is no task ${subject} to resize`)
    // The schema of a resize has all that a demand has.
    const written = event as unknown as ScenarioEvents['resize']
    const demand = demandRead(written)
    roomAssert(reading, places, written, demand, path)
    work.changes.push({ atSeconds, kind, task: subject, demand })
    return
  }
  const node = nodeIndexOf(reading, places, subject, [...path, kind])
  if (kind === 'drain') {
    const { movesAtOnce } = event as unknown as ScenarioEvents['drain'] // as its schema says
    work.changes.push({ atSeconds, kind, node, movesAtOnce: movesAtOnce ?? 1 })
  } else work.changes.push({ atSeconds, kind, node })
}

function timeRead(reading: Reading, path: Path, written: string | number): number {
  const seconds = secondsOf(written)
  if (seconds > reading.horizonSeconds) {
    reading.refuse(
      path,
      `${durationShow(seconds)} is after the horizon of ${durationShow(reading.horizonSeconds)}: it would never happen`,
    )
  }
  return seconds
}
