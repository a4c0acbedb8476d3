/**
 * What runs, in the order in which it was made. The database gives its rows in no order, and another one from its history
 * than from its present: a run in which the order matters could not be made again.
 */
import type { LiveFork } from '../db/fork/read.ts'
import { uuidText } from '../db/fork/uuid-index.ts'

const idBytes = 16

/** The ids of workloads sort by the time at which they were made. The fork given stays as it is. */
export function forkOrdered(fork: LiveFork): LiveFork {
  const { running, runningIds } = fork
  const count = running.ask.length
  const ids = Buffer.from(runningIds.buffer, runningIds.byteOffset, count * idBytes)
  const compare = (one: number, other: number) =>
    ids.compare(ids, other * idBytes, (other + 1) * idBytes, one * idBytes, (one + 1) * idBytes)
  const order = Array.from({ length: count }, (_, at) => at).toSorted(compare)
  const sorted = new Uint8Array(count * idBytes)
  order.forEach((from, to) => sorted.set(ids.subarray(from * idBytes, (from + 1) * idBytes), to * idBytes))
  return {
    ...fork,
    runningIds: sorted,
    running: {
      ...running,
      ask: running.ask.map((_, to) => running.ask[order[to] ?? 0] ?? 0),
      node: running.node.map((_, to) => running.node[order[to] ?? 0] ?? -1),
      devicesLow: running.devicesLow.map((_, to) => running.devicesLow[order[to] ?? 0] ?? 0),
      devicesHigh: running.devicesHigh.map((_, to) => running.devicesHigh[order[to] ?? 0] ?? 0),
      remainingSeconds: running.remainingSeconds.map(
        (_, to) => running.remainingSeconds[order[to] ?? 0] ?? Infinity,
      ),
      nameOf: (at) => uuidText(sorted, at * idBytes),
    },
  }
}
