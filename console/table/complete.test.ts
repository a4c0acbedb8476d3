import { expect, it } from 'vitest'
import { filterCompletions } from './complete.ts'

const fields = [
  { name: 'state', values: ['ready', 'draining', 'retired'] },
  { name: 'site', values: ['edge 1', 'cloud'] },
  { name: 'cpu', example: '>80%' },
]

it.for<[string, string[]]>([
  ['', ['state:', 'site:', 'cpu>80%']],
  ['s', ['state:', 'site:']],
  ['web -st', ['web -state:']],
  ['state:', ['state:ready', 'state:draining', 'state:retired']],
  ['state:r', ['state:ready', 'state:retired']],
  ['state:ready,', ['state:ready,draining', 'state:ready,retired']],
  ['state:ready', []],
  ['site:e', ['site:"edge 1"']],
  ['unknown:', []],
])('completes %j', ([text, expected]) => {
  expect(filterCompletions(text, fields)).toEqual(expected)
})
