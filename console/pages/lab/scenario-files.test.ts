import { scenarioFiles, scenarioOpen, scenarioRead } from '@orrery/core/twin/scenario/read.ts'
import { expect, it } from 'vitest'
import { scenarioExample } from './scenario-example.ts'
import { scenarioWithFiles } from './scenario-files.ts'

const file = (name: string, text: string) => ({ name, text: async () => text })

it('takes a YAML file for the scenario and others for what it names', async () => {
  const before = { text: 'old', files: { 'a.csv': 'a' } }
  expect(await scenarioWithFiles(before, [file('evening.YAML', 'new'), file('b.csv', 'b')])).toEqual({
    text: 'new',
    files: { 'a.csv': 'a', 'b.csv': 'b' },
  })
  expect(await scenarioWithFiles({ text: 'old' }, [])).toEqual({ text: 'old' })
})

it('offers an example that can be run as it is', () => {
  const source = scenarioOpen({ name: 'scenario.yaml', text: scenarioExample })
  expect(scenarioFiles(source)).toEqual([])
  expect(scenarioRead(source).policies).toHaveLength(2)
})
