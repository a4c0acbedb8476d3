/** Making, copying and growing columns of typed arrays. */
import type { DeviceColumns, NodeColumns } from './model.ts'

export function nodeColumnsCreate(length: number): NodeColumns {
  const numbers = () => new Float64Array(length)
  const integers = () => new Int32Array(length)
  return {
    present: new Uint8Array(length),
    ready: new Uint8Array(length),
    site: integers(),
    cpuCapacity: numbers(),
    cpuLimit: numbers(),
    cpuAllocated: numbers(),
    memoryCapacity: numbers(),
    memoryLimit: numbers(),
    memoryAllocated: numbers(),
    diskCapacity: numbers(),
    diskLimit: numbers(),
    diskAllocated: numbers(),
    workloadCount: integers(),
    gpuWorkloadCount: integers(),
    gpuStart: integers(),
    gpuCount: integers(),
    gpuSlots: integers(),
    gpuMilliCapacity: numbers(),
    gpuMilliFree: numbers(),
  }
}

export function deviceColumnsCreate(length: number): DeviceColumns {
  return {
    milliCapacity: new Int32Array(length),
    milliFree: new Int32Array(length),
    model: new Int32Array(length),
  }
}

type Columns = Record<string, Uint8Array | Int32Array | Float64Array>

/** The same columns, sharing nothing. */
export function columnsCopy<T extends Columns>(columns: T): T {
  // The keys and the array types are those of the source, which the compiler cannot see through fromEntries.
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice()])) as T
}

/** Copies every column of `from` into the longer columns of `to`. */
export function columnsMove<T extends Columns>(from: T, to: T): T {
  for (const [name, column] of Object.entries(from)) to[name]?.set(column)
  return to
}
