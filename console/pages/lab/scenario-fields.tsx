import { Button, CloseButton, FileButton, Textarea } from '@mantine/core'
import { useRef } from 'react'
import type { RunScenario } from '@orrery/api/run.ts'
import { bytes } from '../../words/quantity.ts'
import { scenarioWithFiles } from './scenario-files.ts'

type ScenarioFieldsProps = {
  scenario: RunScenario
  /** what the server found wrong with it */
  wrong: string | null
  onChange: (scenario: RunScenario) => void
}

/** A scenario as text, and the files that it names. */
export function ScenarioFields({ scenario, wrong, onChange }: ScenarioFieldsProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const files = scenario.files ?? {}
  const line = Number(/^[^:]+:(\d+): /.exec(wrong ?? '')?.[1])
  const lineShow = () => {
    const field = area.current
    if (field === null) return
    const before = scenario.text.split('\n').slice(0, line - 1)
    const start = before.reduce((sum, each) => sum + each.length + 1, 0)
    const end = scenario.text.indexOf('\n', start)
    field.focus()
    field.setSelectionRange(start, end < 0 ? scenario.text.length : end)
    field.scrollTop = (before.length / scenario.text.split('\n').length) * field.scrollHeight - 60
  }
  const without = (name: string): RunScenario => {
    const { [name]: _, ...rest } = files
    return { text: scenario.text, ...(Object.keys(rest).length === 0 ? {} : { files: rest }) }
  }
  return (
    <>
      <p className="quiet">
        Its own nodes and its own work: nothing of the inventory is in it. Horizon, policies and seed are in
        the text too.
      </p>
      <Textarea
        ref={area}
        label="Scenario"
        description="YAML, as for `orrery twin run`"
        className="lab-scenario"
        rows={16}
        spellCheck={false}
        value={scenario.text}
        error={wrong}
        onChange={(event) => onChange({ ...scenario, text: event.currentTarget.value })}
      />
      <div className="row">
        <FileButton
          multiple
          onChange={(chosen) => void scenarioWithFiles(scenario, chosen).then(onChange)}
          inputProps={{ 'aria-label': 'Files of the scenario' }}
        >
          {(props) => (
            <Button size="compact-xs" {...props}>
              Choose files
            </Button>
          )}
        </FileButton>
        <span className="faint">its YAML, and the traces and series that it names</span>
        {line > 0 && (
          <Button size="compact-xs" onClick={lineShow}>
            Show line {line}
          </Button>
        )}
      </div>
      {Object.entries(files).map(([name, text]) => (
        <div key={name} className="row">
          <span className="mono">{name}</span>
          <span className="faint">{bytes(text.length)}, sent with it</span>
          <CloseButton size="xs" aria-label={`Leave out ${name}`} onClick={() => onChange(without(name))} />
        </div>
      ))}
    </>
  )
}
