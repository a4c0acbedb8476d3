import { describe, expect, it } from 'vitest'
import {
  bytes,
  bytesPerSecond,
  coreDistance,
  cores,
  count,
  figures,
  gpus,
  gramsPerHour,
  percent,
  watts,
} from './quantity.ts'

describe('quantities in words', () => {
  it.for<[string, string]>([
    [bytes(0), '0 B'],
    [bytes(1023), '1\u202f023 B'],
    [bytes(1024), '1 KiB'],
    [bytes(1.5 * 1024 ** 3), '1.5 GiB'],
    [bytes(2 ** 53 - 1), '8 PiB'],
    [bytes(null), '–'],
    [bytesPerSecond(10_485_760), '10 MiB/s'],
    [cores(1), '1 core'],
    [cores(0.25), '0.25 cores'],
    [cores(96.04), '96 cores'],
    [watts(1234), '1.23 kW'],
    [gramsPerHour(0), '0 g CO₂e/h'],
    [percent(0.0312), '3.1%'],
    [percent(0.5), '50%'],
    [percent(Number.NaN), '–'],
    [gpus(500), '0.5 GPU'],
    [gpus(1000), '1 GPU'],
    [gpus(4000), '4 GPUs'],
    [gpus(0), '–'],
    [coreDistance(12.5), '12.5 ms from the core cloud'],
    [coreDistance(null), 'not known: no link to the core cloud'],
    [count(1, 'node'), '1 node'],
    [count(12_345, 'node'), '12\u202f345 nodes'],
    [figures(0.001), '<0.01'],
    [figures(1_234_567), '1\u202f234\u202f567'],
  ])('%s reads %s', ([written, expected]) => {
    expect(written).toBe(expected)
  })
})
