import { Button, CloseButton, FileButton, Textarea } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { RunScenario } from '@orrery/api/run-source.ts'
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
  useEffect(() => {
    if (wrong !== null && area.current !== null) lineSelect(area.current, lineOf(wrong))
  }, [wrong])
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
        description="YAML, the same as for orrery twin run"
        className="lab-scenario"
        styles={{ error: { fontSize: 12.5 } }}
        rows={20}
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

/** The line that a message is of, as `scenario.yaml:12: …`; null when it names none. */
function lineOf(message: string): number | null {
  const line = /^[^:]+:(\d+): /.exec(message)?.[1]
  return line === undefined ? null : Number(line)
}

/** What was started from elsewhere on the page brings the reader to the line that is wrong. */
function lineSelect(field: HTMLTextAreaElement, line: number | null): void {
  field.focus()
  if (line === null) return
  const lines = field.value.split('\n')
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
  field.scrollTop = ((line - 4) / lines.length) * field.scrollHeight
}
