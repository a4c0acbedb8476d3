import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ScenarioFile } from '@orrery/api/scenario.ts'
import { Errors } from 'typebox/value'
import { expect, test } from 'vitest'
import { scenarioFiles, scenarioOpen, scenarioRead } from './read.ts'
import { scenarioSchema } from './schema.ts'
import { yamlRead } from './yaml.ts'

const root = join(import.meta.dirname, '../../..')
const golden = join(import.meta.dirname, 'golden')

test('the published schema is the one that files are checked with: else run scripts/scenario-schema.ts', () => {
  const published: unknown = JSON.parse(readFileSync(join(root, 'docs/scenario.schema.json'), 'utf8'))
  expect(published).toEqual(scenarioSchema())
})

test('the published schema allows every scripted scenario, and not what is misspelt', () => {
  for (const name of readdirSync(golden).filter((each) => each.endsWith('.yaml'))) {
    const { value } = yamlRead({ name, text: readFileSync(join(golden, name), 'utf8') })
    expect(Errors(ScenarioFile, value)).toEqual([])
    expect(
      Errors(ScenarioFile, { ...(value as object), events: [{ at: '1m', fial: 'node-1' }] }),
    ).not.toEqual([])
  }
})

test('the scenario of the guide can be run', () => {
  const guide = readFileSync(join(root, 'docs/twin.md'), 'utf8')
  const [, text = ''] = /```yaml\n([^]*?)```/.exec(guide) ?? []
  const source = scenarioOpen({ name: 'guide.yaml', text })
  const recording = 'timestamp,value\n2026-01-01 00:00:00,50\n2026-01-01 00:05:00,100\n'
  const files = scenarioFiles(source).map((name) => ({ name, text: recording }))
  expect(scenarioRead(source, files).changes).toHaveLength(5)
})
