import type { RunScenario } from '@orrery/api/run-source.ts'

/** With what was chosen: a YAML file is the scenario, others are files that it names. */
export async function scenarioWithFiles(
  scenario: RunScenario,
  chosen: readonly Pick<File, 'name' | 'text'>[],
): Promise<RunScenario> {
  let { text } = scenario
  const files = { ...scenario.files }
  for (const file of chosen) {
    if (/\.ya?ml$/i.test(file.name)) text = await file.text()
    else files[file.name] = await file.text()
  }
  return { text, ...(Object.keys(files).length === 0 ? {} : { files }) }
}
