/** Columns of workloads that stand somewhere, of a number that is not known before they are read. */
import type { RunningTasks } from '@orrery/core/twin/simulation/tasks.ts'
import { bytesCreate } from './bytes.ts'

export type Standing = Pick<RunningTasks, 'ask' | 'node' | 'devicesLow' | 'devicesHigh'>

export type StandingColumns = {
  /** `idAt`: where in the bytes its id begins; `devices`: a JSON array of device indexes, or null */
  add(bytes: Uint8Array, idAt: number, node: number, ask: number, devices: string | null): void
  columns(): Standing
  /** 16 bytes for each */
  ids(): Uint8Array
}

export function standingColumns(): StandingColumns {
  let room = 1024
  let count = 0
  const ids = bytesCreate(room * 16)
  let ask = new Int32Array(room)
  let node = new Int32Array(room)
  let devicesLow = new Uint32Array(room)
  let devicesHigh = new Uint32Array(room)
  function grow(): void {
    room *= 2
    const [askHad, nodeHad, lowHad, highHad] = [ask, node, devicesLow, devicesHigh]
    ask = new Int32Array(room)
    node = new Int32Array(room)
    devicesLow = new Uint32Array(room)
    devicesHigh = new Uint32Array(room)
    ask.set(askHad)
    node.set(nodeHad)
    devicesLow.set(lowHad)
    devicesHigh.set(highHad)
  }
  return {
    add(bytes, idAt, at, number, devices) {
      if (count === room) grow()
      ids.add(bytes, idAt, 16)
      ask[count] = number
      node[count] = at
      if (devices !== null) {
        for (const device of JSON.parse(devices) as number[]) {
          if (device < 32) devicesLow[count] = (devicesLow[count] ?? 0) | (1 << device)
          else devicesHigh[count] = (devicesHigh[count] ?? 0) | (1 << (device - 32))
        }
      }
      count += 1
    },
    columns: () => ({
      ask: ask.subarray(0, count),
      node: node.subarray(0, count),
      devicesLow: devicesLow.subarray(0, count),
      devicesHigh: devicesHigh.subarray(0, count),
    }),
    ids: () => ids.all(),
  }
}
