import { expect, it } from 'vitest'
import { fieldName, fieldQuantity } from './field.ts'

it.for([
  ['carbonGramsPerKwh', 223.94, 'carbon 224 g/kWh'],
  ['renewableShare', 0.517, 'renewable share 52%'],
  ['memoryBytes', 2 ** 31, 'memory 2 GiB'],
  ['cpuCores', 1, 'cpu 1 core'],
  ['latencyMsMax', 20, 'latency max 20 ms'],
  ['gpuMilli', 500, 'gpu 0.5 GPU'],
  ['powerWatts', 1500, 'power 1.5 kW'],
] as const)('%s %d reads %s', ([field, value, words]) => {
  expect(`${fieldName(field)} ${fieldQuantity(field, value)}`).toBe(words)
})

it('leaves what has no unit', () => {
  expect(fieldName('desiredState')).toBe('desired state')
  expect(fieldQuantity('priority', 3)).toBe(null)
  expect(fieldQuantity('memoryBytes', 'much')).toBe(null)
})
