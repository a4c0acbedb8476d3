import { describe, expect, it } from 'vitest'
import { shortage } from './room.ts'

const node = {
  capacity: {
    cpuCores: 8,
    memoryBytes: 16 * 1024 ** 3,
    diskBytes: 0,
    gpus: [
      { model: 'T4', milli: 1000 },
      { model: 'T4', milli: 1000 },
    ],
  },
  allocated: { cpuCores: 6, memoryBytes: 8 * 1024 ** 3, diskBytes: 0, gpuMilli: [1000, 400] },
}
const gib = 1024 ** 3

describe('room on a node', () => {
  it('fits what is left, to the last core and byte', () => {
    expect(shortage(node, { cpuCores: 2, memoryBytes: 8 * gib })).toBeNull()
  })

  it('says what is missing', () => {
    expect(shortage(node, { cpuCores: 3, memoryBytes: 9 * gib })).toBe('It lacks 1 cores, 1 GiB of memory.')
  })

  it('counts a share of a GPU on one device', () => {
    const ask = (count: number, milli: number, models: string[] = []) =>
      shortage(node, { cpuCores: 0, memoryBytes: 0, gpu: { count, milli, models } })
    expect(ask(1, 600)).toBeNull()
    expect(ask(1, 601)).toBe('It lacks 1 of 1 GPUs.')
    expect(ask(1, 500, ['A100'])).toBe('It lacks 1 of 1 GPUs.')
  })

  it('follows the overcommit ratio of the site', () => {
    expect(shortage(node, { cpuCores: 10, memoryBytes: 0 }, 2)).toBeNull()
    expect(shortage(node, { cpuCores: 1e6, memoryBytes: 0 }, null)).toBeNull()
  })
})
