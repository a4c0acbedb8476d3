/** Gives workloads that ask alike one number, without making anything for one that was seen before. */
import type { Constraints } from '@orrery/api/workload.ts'
import type { Ask } from '@orrery/core/twin/simulation/tasks.ts'

/** What of a workload the usual one does not have: GPUs, constraints. As the query writes it. */
export type Rest = {
  gpuCount: number
  gpuMilli: number
  gpuModels: string[]
  constraints: Constraints
}

export type Asks = {
  readonly list: Ask[]
  /** The number of an ask; `rest` is a JSON text or null. */
  number(cpuCores: number, memoryBytes: number, diskBytes: number, rest: string | null): number
}

export function asksCreate(): Asks {
  const list: Ask[] = []
  const plain = new Map<number, Map<number, Map<number, number>>>()
  const odd = new Map<string, number>()
  let last = { cpu: Number.NaN, memory: 0, disk: 0, number: 0 }

  function made(cpuCores: number, memoryBytes: number, diskBytes: number, rest: Rest | null): number {
    const { gpuCount = 0, gpuMilli = 0, gpuModels = [], constraints = {} } = rest ?? {}
    const gpu = { count: gpuCount, milli: gpuMilli, models: gpuModels }
    return list.push({ demand: { cpuCores, memoryBytes, diskBytes, gpu }, constraints }) - 1
  }

  return {
    list,
    number(cpu, memory, disk, rest) {
      if (rest !== null) {
        const key = `${cpu} ${memory} ${disk} ${rest}`
        let number = odd.get(key)
        if (number === undefined) odd.set(key, (number = made(cpu, memory, disk, JSON.parse(rest) as Rest)))
        return number
      }
      if (last.cpu === cpu && last.memory === memory && last.disk === disk) return last.number
      const byMemory = entry(plain, cpu, () => new Map<number, Map<number, number>>())
      const byDisk = entry(byMemory, memory, () => new Map<number, number>())
      const number = entry(byDisk, disk, () => made(cpu, memory, disk, null))
      last = { cpu, memory, disk, number }
      return number
    },
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}
