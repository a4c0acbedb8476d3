/** Those who wait, by what they ask for: each line first come first served, linked through the tasks' `behind`. */
import type { TaskColumns } from './tasks.ts'

/** By ask: indexes of tasks, -1 when nobody waits. */
export type WaitingLines = {
  first: Int32Array
  last: Int32Array
  /** the asks that somebody waits for, in no order that matters */
  open: number[]
}

export function linesCreate(asks: number): WaitingLines {
  return { first: new Int32Array(asks).fill(-1), last: new Int32Array(asks).fill(-1), open: [] }
}

export function linesCopy({ first, last, open }: WaitingLines): WaitingLines {
  return { first: first.slice(), last: last.slice(), open: open.slice() }
}

export function lineIsEmpty({ first }: WaitingLines, ask: number): boolean {
  return (first[ask] ?? -1) < 0
}

/** A task joins at the end. */
export function lineJoin(lines: WaitingLines, { behind }: TaskColumns, ask: number, task: number): void {
  const last = lines.last[ask] ?? -1
  if (last < 0) {
    lines.first[ask] = task
    lines.open.push(ask)
  } else behind[last] = task
  lines.last[ask] = task
}

/** The first leaves the line. */
export function lineTake(lines: WaitingLines, { behind }: TaskColumns, ask: number): void {
  const task = lines.first[ask] ?? -1
  const next = behind[task] ?? -1
  behind[task] = -1
  lines.first[ask] = next
  if (next >= 0) return
  lines.last[ask] = -1
  lines.open.splice(lines.open.indexOf(ask), 1)
}

/** A task that was placed before comes back: behind those who came before it. */
export function lineReturn(lines: WaitingLines, { behind }: TaskColumns, ask: number, task: number): void {
  const first = lines.first[ask] ?? -1
  if (first < 0) lines.open.push(ask)
  let before = -1
  let after = first
  while (after >= 0 && after < task) {
    before = after
    after = behind[after] ?? -1
  }
  behind[task] = after
  if (before < 0) lines.first[ask] = task
  else behind[before] = task
  if (after < 0) lines.last[ask] = task
}

/** A task leaves from wherever it stands. */
export function lineQuit(lines: WaitingLines, tasks: TaskColumns, ask: number, task: number): void {
  const { behind } = tasks
  let before = lines.first[ask] ?? -1
  if (before === task) return lineTake(lines, tasks, ask)
  while (before >= 0 && behind[before] !== task) before = behind[before] ?? -1
  if (before < 0) throw new Error(`task ${task} does not wait for ask ${ask}`)
  behind[before] = behind[task] ?? -1
  behind[task] = -1
  if (lines.last[ask] === task) lines.last[ask] = before
}
