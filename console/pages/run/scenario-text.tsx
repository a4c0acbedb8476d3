import { Button } from '@mantine/core'
import type { RunScenario } from '@orrery/api/run-source.ts'
import { Panel } from '../../look/panel.tsx'
import { Scroll } from '../../look/scroll.tsx'
import { fileSave } from '../../table/export.ts'

/** The scenario that a run was of, as it was written. */
export function RunScenarioText({ name, scenario }: { name: string; scenario: RunScenario }) {
  const files = Object.entries(scenario.files ?? {})
  return (
    <Panel
      title="Scenario"
      side={
        <span className="row">
          {files.map(([file, text]) => (
            <Button key={file} size="compact-xs" onClick={() => fileSave(file, 'text/plain', text)}>
              {file}
            </Button>
          ))}
          <Button
            size="compact-xs"
            onClick={() => fileSave(`${name}.yaml`, 'application/yaml', scenario.text)}
          >
            YAML
          </Button>
        </span>
      }
    >
      <Scroll label="Scenario" className="run-scenario">
        <pre>{scenario.text}</pre>
      </Scroll>
    </Panel>
  )
}
