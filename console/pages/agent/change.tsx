import { NumberInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Agent, AgentRails } from '@orrery/api/agent.ts'
import { ActDialog } from '../../actions/act-dialog.tsx'
import type { Change } from '../../actions/changes.tsx'
import { LabelFields, labelsRead, labelsText } from '../../actions/label-fields.tsx'
import { refOf } from '../../paths.ts'
import { ModeSelect, UrlInput } from './fields.tsx'
import { type NumericRail, numericRails } from './rails.ts'

export function ChangeAgent({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const [mode, setMode] = useState(agent.mode)
  const [url, setUrl] = useState(agent.url ?? '')
  const [sites, setSites] = useState(agent.rails.sites.join(', '))
  const [labels, setLabels] = useState(() => labelsText(agent.rails.protectedLabels))
  const [numbers, setNumbers] = useState<Partial<Record<NumericRail, number | string>>>({})
  const labelsGiven = labelsRead(labels)
  const empty = numericRails.find(({ key }) => numbers[key] === '')
  const rails = railsChanged(agent.rails, { sites, protectedLabels: labelsGiven, numbers })
  const body = {
    ...(mode === agent.mode ? {} : { mode }),
    ...(url.trim() === (agent.url ?? '') ? {} : { url: url.trim() === '' ? null : url.trim() }),
    ...(Object.keys(rails).length === 0 ? {} : { rails }),
  }
  return (
    <ActDialog
      title={`Change ${agent.name}`}
      operation="agentUpdate"
      input={Object.keys(body).length === 0 ? null : { ref: refOf(agent), body }}
      verb="Save"
      doing={`change agent ${agent.name}`}
      wrong={
        labelsGiven === null
          ? 'A label is one line as key=value.'
          : empty === undefined
            ? null
            : `${empty.title} must be a number.`
      }
      changes={changesOf(agent, body)}
      onClose={onClose}
    >
      <ModeSelect value={mode} onChange={setMode} />
      <div className="form-grid">
        {numericRails.map(({ key, title, min, max }) => (
          <NumberInput
            key={key}
            label={title}
            min={min}
            max={max}
            value={numbers[key] ?? agent.rails[key]}
            onChange={(value) => setNumbers({ ...numbers, [key]: value })}
          />
        ))}
      </div>
      <UrlInput value={url} onChange={setUrl} />
      <TextInput
        label="Sites"
        description="where it may place, apart by commas; empty: anywhere"
        value={sites}
        onChange={(event) => setSites(event.currentTarget.value)}
      />
      <LabelFields label="Protected labels, one per line as key=value" text={labels} onChange={setLabels} />
    </ActDialog>
  )
}

type Typed = {
  sites: string
  protectedLabels: AgentRails['protectedLabels'] | null
  numbers: Partial<Record<NumericRail, number | string>>
}

/** Only what differs, so that what somebody else changes meanwhile stays. */
function railsChanged(before: AgentRails, { sites, protectedLabels, numbers }: Typed): Partial<AgentRails> {
  const typed: Partial<AgentRails> = {
    sites: sites
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    ...(protectedLabels === null ? {} : { protectedLabels }),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => typeof value === 'number')),
  }
  return Object.fromEntries(
    Object.entries(typed).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof AgentRails]),
    ),
  )
}

function changesOf(
  agent: Agent,
  { mode, url, rails = {} }: { mode?: Agent['mode']; url?: string | null; rails?: Partial<AgentRails> },
): Change[] {
  return [
    ...(mode === undefined ? [] : [{ what: 'Mode', before: agent.mode, after: mode }]),
    ...(url === undefined ? [] : [{ what: 'ML server', before: agent.url ?? 'none', after: url ?? 'none' }]),
    ...Object.entries(rails).map(([key, value]) => ({
      what: numericRails.find((rail) => rail.key === key)?.title ?? key,
      before: JSON.stringify(agent.rails[key as keyof AgentRails]),
      after: JSON.stringify(value),
    })),
  ]
}
