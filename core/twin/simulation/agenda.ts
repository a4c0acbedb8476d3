/**
 * What is due, in order of time: a binary heap in columns, so that a million entries are a few arrays. At one instant
 * what was added first comes first.
 */
export type Agenda = {
  length: number
  /** entries ever added; breaks ties */
  added: number
  time: Float64Array
  order: Float64Array
  subject: Int32Array
}

export function agendaCreate(capacity = 64): Agenda {
  return {
    length: 0,
    added: 0,
    time: new Float64Array(capacity),
    order: new Float64Array(capacity),
    subject: new Int32Array(capacity),
  }
}

export function agendaCopy(agenda: Agenda): Agenda {
  return {
    ...agenda,
    time: agenda.time.slice(),
    order: agenda.order.slice(),
    subject: agenda.subject.slice(),
  }
}

/** When the first entry is due; infinity when there is none. */
export function agendaTime({ length, time }: Agenda): number {
  return length === 0 ? Number.POSITIVE_INFINITY : (time[0] ?? 0)
}

export function agendaAdd(agenda: Agenda, time: number, subject: number): void {
  if (agenda.length === agenda.time.length) grow(agenda)
  let at = agenda.length
  agenda.length += 1
  const order = agenda.added
  agenda.added += 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(agenda, time, order, parent)) break
    move(agenda, parent, at)
    at = parent
  }
  put(agenda, at, time, order, subject)
}

/** Takes the first entry out and gives its subject; -1 when there is none. */
export function agendaTake(agenda: Agenda): number {
  if (agenda.length === 0) return -1
  const subject = agenda.subject[0] ?? -1
  agenda.length -= 1
  const last = agenda.length
  if (last === 0) return subject
  const time = agenda.time[last] ?? 0
  const order = agenda.order[last] ?? 0
  const moved = agenda.subject[last] ?? -1
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= last) break
    const right = child + 1
    if (right < last && isBefore(agenda, agenda.time[right] ?? 0, agenda.order[right] ?? 0, child))
      child = right
    if (isBefore(agenda, time, order, child)) break
    move(agenda, child, at)
    at = child
  }
  put(agenda, at, time, order, moved)
  return subject
}

function isBefore(agenda: Agenda, time: number, order: number, other: number): boolean {
  const otherTime = agenda.time[other] ?? 0
  return time === otherTime ? order < (agenda.order[other] ?? 0) : time < otherTime
}

function move({ time, order, subject }: Agenda, from: number, to: number): void {
  time[to] = time[from] ?? 0
  order[to] = order[from] ?? 0
  subject[to] = subject[from] ?? -1
}

function put(agenda: Agenda, at: number, time: number, order: number, subject: number): void {
  agenda.time[at] = time
  agenda.order[at] = order
  agenda.subject[at] = subject
}

function grow(agenda: Agenda): void {
  const length = Math.max(64, 2 * agenda.time.length)
  const time = new Float64Array(length)
  time.set(agenda.time)
  const order = new Float64Array(length)
  order.set(agenda.order)
  const subject = new Int32Array(length)
  subject.set(agenda.subject)
  Object.assign(agenda, { time, order, subject })
}
