import { ScenarioFile } from '@orrery/api/scenario.ts'

/** The JSON schema of a scenario as it is published: for editors, which check while a file is written. */
export function scenarioSchema(): unknown {
  // Through text, so that nothing is left but what the file has.
  return JSON.parse(
    JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...ScenarioFile }),
  )
}
