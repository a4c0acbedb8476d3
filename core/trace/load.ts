/**
 * A trace made busier. By its own times a trace may keep few tasks alive at once (openb: one GPU in a hundred); this
 * repeats its tasks, with longer lives, until a share `load` of the cluster's GPUs is asked for at any time.
 *
 * The rule:
 * 1. The tasks form an endless queue: first all of them in order of arrival, then again and again in seeded shuffles.
 * 2. What may be asked for rises evenly from nothing to `load` of all GPUs over the first tenth of the trace's span,
 *    and stays there until its end. The head of the queue arrives in the second in which its request fits under that;
 *    those behind it wait. So what is asked for never exceeds the target, and falls short of it by less than the
 *    request at the head of the queue.
 * 3. A task lives for its own life, at least a second, times one factor. Longer lives mean fewer arrivals; the factor is
 *    the smallest, to one part in a hundred and not below one, with which the trace is over before the tasks have been
 *    used so often that their requests together are `1 + turnover` times the target (in whole passes over the list).
 * 4. The trace ends after its own span, from first arrival to last departure. Whoever is alive then stays.
 *
 * Tasks without GPUs keep their place in the queue and ask for nothing there. Tasks that ask for more GPUs than the
 * target allows in all are left out and told.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { randomShuffle, randomStream } from '../random.ts'
import { type TraceEvent, type TraceTask, demandGpuMilli, traceEvents } from './model.ts'

export type TraceLoaded = {
  /** Names are the trace's own, with `~2`, `~3`, … from the second use on. */
  tasks: TraceTask[]
  events: TraceEvent[]
  lifeFactor: number
  spanSeconds: number
  /** the most that is asked for at any time */
  targetGpuMilli: number
  notes: string[]
}

export type LoadOptions = {
  /** share of the cluster's GPUs, above 0; more than 1 asks for more than there is */
  load: number
  gpuMilliCapacity: number
  seed: number
  /** how many times all that stands is replaced, about; 2 unless told */
  turnover?: number
}

const rampShare = 0.1
const tasksMax = 1_000_000

export function traceLoad(trace: readonly TraceTask[], options: LoadOptions): TraceLoaded {
  const { load, gpuMilliCapacity, seed, turnover = 2 } = options
  const target = Math.floor(load * gpuMilliCapacity)
  const usable = trace.filter((task) => demandGpuMilli(task.demand) <= target)
  const span = spanOf(usable)
  if (!(load > 0))
    throw new OrreryError('invalid', `a load of ${load} asks for nothing; give one above 0, as 0.9`)
  const once = usable.reduce((sum, task) => sum + demandGpuMilli(task.demand), 0)
  if (once === 0) {
    throw new OrreryError(
      'invalid',
      'no task of the trace asks for GPUs within the load, so that none can be reached',
    )
  }
  if (span === 0) {
    throw new OrreryError('invalid', 'the trace has no times, so that its tasks have no lives to make longer')
  }
  const passes = Math.ceil(((1 + turnover) * target) / once)
  const wanted = usable.length * passes
  if (wanted > tasksMax) {
    throw new OrreryError(
      'limit',
      `the trace asks for so little that its tasks would have to come ${passes} times, ${wanted} in all; ${tasksMax} are the most`,
    )
  }
  const queue = queueCreate(usable, seed, passes)
  const arrivals = (factor: number) => simulate(usable, queue, { target, span, factor }).length
  const lifeFactor = factorFind(arrivals, wanted)
  const tasks = simulate(usable, queue, { target, span, factor: lifeFactor })
  const left = trace.length - usable.length
  return {
    tasks,
    events: traceEvents(tasks),
    lifeFactor,
    spanSeconds: span,
    targetGpuMilli: target,
    notes: [
      `${tasks.length} tasks from ${usable.length}, lives times ${lifeFactor.toPrecision(4)}, ask for ${target / 1000} of ${gpuMilliCapacity / 1000} GPUs`,
      ...(left === 0 ? [] : [`${left} tasks ask for more GPUs than the load allows in all and are left out`]),
    ],
  }
}

function spanOf(tasks: readonly TraceTask[]): number {
  let first = Number.POSITIVE_INFINITY
  let last = 0
  for (const task of tasks) {
    first = Math.min(first, task.arrivalSeconds)
    last = Math.max(last, task.departureSeconds ?? task.arrivalSeconds)
  }
  return Math.max(0, last - first)
}

/** Indexes of tasks in the order they are used, one pass more than wanted so that the search can overshoot. */
function queueCreate(tasks: readonly TraceTask[], seed: number, passes: number): number[] {
  const order = tasks.map((_, index) => index).sort((a, b) => arrival(tasks, a) - arrival(tasks, b) || a - b)
  const queue = order.slice()
  for (let pass = 1; pass <= passes; pass += 1) {
    for (const task of randomShuffle(randomStream(seed, 'load', pass), order.slice())) queue.push(task)
  }
  return queue
}

function arrival(tasks: readonly TraceTask[], index: number): number {
  return tasks[index]?.arrivalSeconds ?? 0
}

/** The smallest factor, to one part in a hundred, with which no more than `wanted` tasks arrive; at least 1. */
function factorFind(arrivals: (factor: number) => number, wanted: number): number {
  let low = 1
  let high = 1
  // With lives beyond the span nobody leaves, and filling the target takes no more than the passes wanted.
  while (arrivals(high) > wanted) {
    low = high
    high *= 4
  }
  while (high / low > 1.01) {
    const middle = Math.sqrt(low * high)
    if (arrivals(middle) > wanted) low = middle
    else high = middle
  }
  return high
}

type World = { target: number; span: number; factor: number }

function simulate(
  trace: readonly TraceTask[],
  queue: readonly number[],
  { target, span, factor }: World,
): TraceTask[] {
  const tasks: TraceTask[] = []
  const uses = new Uint32Array(trace.length)
  const leaving = leaversCreate()
  const ramp = Math.max(1, Math.floor(span * rampShare))
  let now = 0
  let asked = 0
  for (const index of queue) {
    const task = trace[index]
    if (task === undefined) break
    const gpuMilli = demandGpuMilli(task.demand)
    // The second in which the rising target has room for it; departures before that make room sooner.
    for (;;) {
      const free = target * Math.min(1, now / ramp) - asked
      if (gpuMilli <= free) break
      const risen = now < ramp ? Math.ceil(((asked + gpuMilli) / target) * ramp) : Number.POSITIVE_INFINITY
      const next = Math.min(
        leaving.first(),
        risen > ramp ? Number.POSITIVE_INFINITY : Math.max(risen, now + 1),
      )
      if (next > span) return tasks
      now = Math.max(now, next)
      asked -= leaving.until(now)
    }
    const use = (uses[index] ?? 0) + 1
    uses[index] = use
    const life = task.departureSeconds === null ? span : task.departureSeconds - task.arrivalSeconds
    const departure = now + Math.round(Math.max(1, life) * factor)
    asked += gpuMilli
    leaving.add(departure, gpuMilli)
    tasks.push({
      ...task,
      name: use === 1 ? task.name : `${task.name}~${use}`,
      arrivalSeconds: now,
      departureSeconds: departure > span ? null : departure,
    })
  }
  return tasks
}

/** Requests by the second in which they end: a binary heap of times, and how much ends in each. */
function leaversCreate() {
  const heap: number[] = []
  const ending = new Map<number, number>()
  const at = (index: number) => heap[index] ?? Number.POSITIVE_INFINITY
  const swap = (a: number, b: number) => {
    const held = at(a)
    heap[a] = at(b)
    heap[b] = held
  }
  function pop(): number {
    const first = at(0)
    const last = heap.pop()
    if (heap.length > 0 && last !== undefined) heap[0] = last
    for (let parent = 0; ;) {
      const child = at(2 * parent + 2) < at(2 * parent + 1) ? 2 * parent + 2 : 2 * parent + 1
      if (!(at(child) < at(parent))) return first
      swap(child, parent)
      parent = child
    }
  }
  return {
    first: () => at(0),
    add(second: number, gpuMilli: number): void {
      const known = ending.get(second)
      ending.set(second, (known ?? 0) + gpuMilli)
      if (known !== undefined) return
      heap.push(second)
      for (let child = heap.length - 1; child > 0;) {
        const parent = (child - 1) >> 1
        if (!(at(child) < at(parent))) break
        swap(child, parent)
        child = parent
      }
    },
    /** What ends up to and in that second. */
    until(second: number): number {
      let ended = 0
      while (at(0) <= second) {
        const next = pop()
        ended += ending.get(next) ?? 0
        ending.delete(next)
      }
      return ended
    },
  }
}
