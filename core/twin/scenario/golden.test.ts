/** Scripted scenarios, each small enough to be checked by hand, and what they come to. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { policyNamed, scenarioOpen, scenarioRead } from './read.ts'
import { storyTell } from './story.ts'
import { combinationsOf } from './sweep.ts'

const folder = join(import.meta.dirname, 'golden')
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

test.for(names)('%s goes as it is written beside it', async (name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  const source = scenarioOpen({ name, text })
  const { policies, seed } = scenarioRead(source)
  const combinations = combinationsOf(
    source,
    policies.map((policy) => policy.name),
    [seed],
  )
  const stories = combinations.map(({ policy, parameters }) => {
    const scenario = scenarioRead(source, [], parameters)
    const values = Object.entries(parameters).map(([key, value]) => `${key}: ${String(value)}\n`)
    return values.join('') + storyTell(scenario, policyNamed(scenario, policy), seed)
  })
  await expect(stories.join('\n')).toMatchFileSnapshot(join(folder, name.replace('.yaml', '.golden')))
})
