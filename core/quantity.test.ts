import { expect, test } from 'vitest'
import { bytesParse, coresParse, durationParse, durationShow } from './quantity.ts'

test.each([
  ['16785711104', 16785711104],
  ['16GiB', 17179869184],
  ['16 gb', 16e9],
  ['0.1KiB', 103],
  ['1M', 1048576],
  ['-1', null],
  ['1e3', null],
  ['GiB', null],
  ['', null],
])('bytes %s', (text, bytes) => expect(bytesParse(text)).toBe(bytes))

test.each([
  ['12', 12],
  ['500m', 0.5],
  ['1.25', 1.25],
  ['12 cores', null],
  ['-1', null],
])('cores %s', (text, cores) => expect(coresParse(text)).toBe(cores))

test.each([
  ['90s', 90],
  ['1h30m', 5400],
  ['1.5d', 129_600],
  ['250ms', 0.25],
  ['10', null],
  ['-5m', null],
  ['5 min', null],
])('a duration of %s', (text, seconds) => expect(durationParse(text)).toBe(seconds))

test.each([
  [0, '0s'],
  [5400, '1h30m'],
  [90_061, '1d1h1m1s'],
  [8.589934592, '8.59s'],
])('%d seconds in words', (seconds, text) => expect(durationShow(seconds)).toBe(text))
