/** Scripted scenarios, each small enough to be checked by hand, and what they come to. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scenarioOpen, scenarioRead } from './read.ts'
import { storyTell } from './story.ts'

const folder = join(import.meta.dirname, 'golden')
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

test.for(names)('%s goes as it is written beside it', async (name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  const scenario = scenarioRead(scenarioOpen({ name, text }))
  const stories = scenario.policies.map((policy) => storyTell(scenario, policy, scenario.seed))
  await expect(stories.join('\n')).toMatchFileSnapshot(join(folder, name.replace('.yaml', '.golden')))
})
