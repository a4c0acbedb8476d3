/** How much of a node the target workload would fill: its sequences of tasks, played out on what the node has left. */
import { gpusMax } from '@orrery/api/quantity.ts'
import type { Devices } from '../fragment.ts'
import type { FillClass, FillTable } from './table.ts'

/** The part of the table that is for nodes with certain models of devices, in columns. */
export type Play = {
  /** the sequence n begins at the nth and ends before the next one */
  starts: Int32Array
  classes: readonly FillClass[]
  cpu: Float64Array
  gpuCount: Int32Array
  gpuMilli: Int32Array
  /** the least that any task from here to the end of its sequence asks for */
  cpuLeast: Float64Array
  gpuMilliLeast: Int32Array
  several: readonly FillClass[]
  milliLeast: number
  /** The devices are of one model and whole or in use; tasks take a share of one, or whole ones. */
  isPlain: boolean
}

export function playCreate(table: FillTable, models: ReadonlySet<number>): Play {
  const isAccepted = ({ gpuModels }: FillClass) =>
    gpuModels === null || Array.from(models).some((model) => gpuModels[model] === 1)
  const sequences = table.sequences.map((sequence) => sequence.filter(isAccepted))
  const classes = sequences.flat()
  const starts = new Int32Array(sequences.length + 1)
  const cpuLeast = new Float64Array(classes.length)
  const gpuMilliLeast = new Int32Array(classes.length)
  sequences.forEach((sequence, at) => {
    const start = starts[at] ?? 0
    starts[at + 1] = start + sequence.length
    let cpu = Number.POSITIVE_INFINITY
    let gpuMilli = Number.POSITIVE_INFINITY
    for (let task = sequence.length - 1; task >= 0; task -= 1) {
      cpu = Math.min(cpu, sequence[task]?.cpu ?? cpu)
      gpuMilli = Math.min(gpuMilli, sequence[task]?.gpuMilli ?? gpuMilli)
      cpuLeast[start + task] = cpu
      gpuMilliLeast[start + task] = gpuMilli
    }
  })
  return {
    starts,
    classes,
    cpu: Float64Array.from(classes, (each) => each.cpu),
    gpuCount: Int32Array.from(classes, (each) => each.gpuCount),
    gpuMilli: Int32Array.from(classes, (each) => each.gpuMilli),
    cpuLeast,
    gpuMilliLeast,
    several: table.several.filter(isAccepted),
    milliLeast: table.milliLeast,
    isPlain:
      models.size <= 1 && classes.every(({ gpuCount, gpuMilli }) => gpuCount === 1 || gpuMilli === 1000),
  }
}

/** One sequence, played out. */
export type Played = {
  /** GPU thousandths */
  value: number
  /** with so many micro-cores, up to but without `below`, the same tasks find a place */
  from: number
  below: number
}

const left = new Int32Array(gpusMax)

export function playSequences({ starts }: Play): number {
  return starts.length - 1
}

/**
 * A share goes where the least is left that is enough, whole devices to the first, and what does not fit is passed
 * over. The answer is good until the next one.
 */
export function sequencePlay(play: Play, sequence: number, cpuFree: number, devices: Devices): Played {
  const start = play.starts[sequence] ?? 0
  const end = play.starts[sequence + 1] ?? 0
  return play.isPlain
    ? plainPlay(play, start, end, cpuFree, devices)
    : mixedPlay(play, start, end, cpuFree, devices)
}

/** The mean over the sequences, and what the rare tasks for several devices can expect. */
export function playOut(play: Play, cpuFree: number, devices: Devices): number {
  const sequences = playSequences(play)
  let sum = 0
  for (let sequence = 0; sequence < sequences; sequence += 1) {
    sum += sequencePlay(play, sequence, cpuFree, devices).value
  }
  return (sequences === 0 ? 0 : sum / sequences) + severalExpect(play, cpuFree, devices).value
}

const played: Played = { value: 0, from: 0, below: 0 }

function playedEnd(value: number, cpuFree: number, cpuLeft: number, cpuShort: number): Played {
  played.value = value
  played.from = cpuFree - cpuLeft
  played.below = cpuFree + cpuShort
  return played
}

/** Devices of one model: those in use one by one, the idle ones as a number. */
function plainPlay(play: Play, start: number, end: number, cpuFree: number, devices: Devices): Played {
  const { cpu, gpuCount, gpuMilli, cpuLeast, gpuMilliLeast, milliLeast } = play
  let used = 0
  let inUse = 0
  let idle = 0
  let cpuLeft = cpuFree
  let cpuShort = Number.POSITIVE_INFINITY
  // Shares of so much or more find no device any more.
  let refused = 1001
  for (let device = devices.start; device < devices.start + devices.count; device += 1) {
    const milli = devices.milliFree[device] ?? 0
    if (milli === 1000) idle += 1
    else if (milli >= milliLeast) left[inUse++] = milli
  }
  for (let task = start; task < end && (idle > 0 || inUse > 0); task += 1) {
    const milli = gpuMilli[task] ?? 0
    if (milli === 1000 ? (gpuCount[task] ?? 0) > idle : milli >= refused) continue
    const needed = cpu[task] ?? 0
    if (needed > cpuLeft) {
      const least = cpuLeast[task] ?? 0
      cpuShort = Math.min(cpuShort, (least > cpuLeft ? least : needed) - cpuLeft)
      if (least > cpuLeft) break
      continue
    }
    if (milli === 1000) {
      const count = gpuCount[task] ?? 0
      idle -= count
      used += 1000 * count
    } else {
      let best = -1
      let least = 1001
      for (let device = 0; device < inUse; device += 1) {
        const here = left[device] ?? 0
        if (here < milli || here >= least) continue
        least = here
        best = device
      }
      if (best < 0) {
        if (idle === 0) {
          refused = milli
          if (refused <= (gpuMilliLeast[task] ?? 0)) break
          continue
        }
        idle -= 1
        least = 1000
        best = inUse++
      }
      used += milli
      // Of no more use: the last one takes its place.
      if (least - milli < milliLeast) left[best] = left[--inUse] ?? 0
      else left[best] = least - milli
    }
    cpuLeft -= needed
  }
  return playedEnd(used, cpuFree, cpuLeft, cpuShort)
}

/** Devices that differ, or demands that are neither a share of one nor whole ones. */
function mixedPlay(play: Play, start: number, end: number, cpuFree: number, devices: Devices): Played {
  const { cpu, gpuCount, gpuMilli, cpuLeast } = play
  let used = 0
  let cpuLeft = cpuFree
  let cpuShort = Number.POSITIVE_INFINITY
  for (let device = 0; device < devices.count; device += 1) {
    left[device] = devices.milliFree[devices.start + device] ?? 0
  }
  for (let task = start; task < end; task += 1) {
    const needed = cpu[task] ?? 0
    if (needed > cpuLeft) {
      const least = cpuLeast[task] ?? 0
      cpuShort = Math.min(cpuShort, (least > cpuLeft ? least : needed) - cpuLeft)
      if (least > cpuLeft) break
      continue
    }
    const milli = gpuMilli[task] ?? 0
    const count = gpuCount[task] ?? 0
    const isPlaced =
      count === 1 ? takeOne(play, task, milli, devices) : takeSeveral(play, task, count, milli, devices)
    if (!isPlaced) continue
    used += count * milli
    cpuLeft -= needed
  }
  return playedEnd(used, cpuFree, cpuLeft, cpuShort)
}

function takeOne({ classes }: Play, task: number, milli: number, devices: Devices): boolean {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (let device = 0; device < devices.count; device += 1) {
    const here = left[device] ?? 0
    if (here < milli || here >= least || !accepts(classes[task], devices, device)) continue
    best = device
    least = here
  }
  if (best >= 0) left[best] = least - milli
  return best >= 0
}

function takeSeveral(
  { classes }: Play,
  task: number,
  count: number,
  milli: number,
  devices: Devices,
): boolean {
  const fits = (device: number) => (left[device] ?? 0) >= milli && accepts(classes[task], devices, device)
  let fitting = 0
  for (let device = 0; device < devices.count; device += 1) if (fits(device)) fitting += 1
  if (fitting < count) return false
  for (let device = 0, wanted = count; wanted > 0; device += 1) {
    if (!fits(device)) continue
    left[device] = (left[device] ?? 0) - milli
    wanted -= 1
  }
  return true
}

/** What the tasks for several devices, too rare for sequences, bring by their shares of all work. Good until the next answer. */
export function severalExpect(play: Play, cpuFree: number, devices: Devices): Played {
  played.value = 0
  played.from = 0
  played.below = Number.POSITIVE_INFINITY
  if (play.several.length === 0) return played
  const whole = devicesFitting(devices, 1000, null)
  for (const each of play.several) {
    const isPlain = play.isPlain && each.gpuMilli === 1000
    const fitting = isPlain ? whole : devicesFitting(devices, each.gpuMilli, each)
    const times = Math.floor(fitting / each.gpuCount)
    if (times === 0) continue
    const byCpu = each.cpu === 0 ? times : Math.max(0, Math.floor(cpuFree / each.cpu))
    played.value += each.share * each.gpuCount * each.gpuMilli * Math.min(times, byCpu)
    played.from = Math.max(played.from, Math.min(times, byCpu) * each.cpu)
    if (byCpu < times) played.below = Math.min(played.below, (byCpu + 1) * each.cpu)
  }
  return played
}

/** `asked` null: of any model. */
function devicesFitting(devices: Devices, milli: number, asked: FillClass | null): number {
  let fitting = 0
  for (let device = 0; device < devices.count; device += 1) {
    if ((devices.milliFree[devices.start + device] ?? 0) < milli) continue
    if (asked === null || accepts(asked, devices, device)) fitting += 1
  }
  return fitting
}

function accepts(asked: FillClass | undefined, devices: Devices, device: number): boolean {
  const models = asked?.gpuModels ?? null
  return models === null || models[devices.model[devices.start + device] ?? 0] === 1
}
