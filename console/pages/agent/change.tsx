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
  // As it was when the form was opened: what somebody else changes meanwhile is no wish of this one.
  const [before] = useState(agent)
  const [mode, setMode] = useState(before.mode)
  const [url, setUrl] = useState(before.url ?? '')
  const [sites, setSites] = useState(() => sitesText(before.rails))
  const [labels, setLabels] = useState(() => labelsText(before.rails.protectedLabels))
  const [numbers, setNumbers] = useState<Partial<Record<NumericRail, number | string>>>({})
  const labelsGiven = labelsRead(labels)
  const empty = numericRails.find(({ key }) => numbers[key] === '')
  const rails = railsChanged(before.rails, { sites, labels, numbers })
  const body = {
    ...(mode === before.mode ? {} : { mode }),
    ...(url.trim() === (before.url ?? '') ? {} : { url: url.trim() === '' ? null : url.trim() }),
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
      changes={changesOf(before, body)}
      onClose={onClose}
    >
      <ModeSelect value={mode} onChange={setMode} />
      <div className="form-grid">
        {numericRails.map(({ key, title, minimum, maximum }) => (
          <NumberInput
            key={key}
            label={title}
            min={minimum}
            max={maximum}
            value={numbers[key] ?? before.rails[key]}
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
  labels: string
  numbers: Partial<Record<NumericRail, number | string>>
}

function railsChanged(before: AgentRails, { sites, labels, numbers }: Typed): Partial<AgentRails> {
  const named = sites
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const protectedLabels = labelsRead(labels)
  return {
    ...Object.fromEntries(
      numericRails.flatMap(({ key }) => {
        const value = numbers[key]
        return typeof value === 'number' && value !== before[key] ? [[key, value]] : []
      }),
    ),
    ...(named.join(', ') === sitesText(before) ? {} : { sites: named }),
    ...(protectedLabels === null || labelsText(protectedLabels) === labelsText(before.protectedLabels)
      ? {}
      : { protectedLabels }),
  }
}

function sitesText({ sites }: Pick<AgentRails, 'sites'>): string {
  return sites.join(', ')
}

function changesOf(
  before: Agent,
  { mode, url, rails = {} }: { mode?: Agent['mode']; url?: string | null; rails?: Partial<AgentRails> },
): Change[] {
  const { sites, protectedLabels } = rails
  const labelWords = (labels: AgentRails['protectedLabels']) => labelsText(labels) || 'none'
  return [
    ...(mode === undefined ? [] : [{ what: 'Mode', before: before.mode, after: mode }]),
    ...(url === undefined ? [] : [{ what: 'ML server', before: before.url ?? 'none', after: url ?? 'none' }]),
    ...numericRails.flatMap(({ key, title }) =>
      rails[key] === undefined ? [] : [{ what: title, before: before.rails[key], after: rails[key] }],
    ),
    ...(sites === undefined
      ? []
      : [
          {
            what: 'Sites',
            before: sitesText(before.rails) || 'anywhere',
            after: sitesText({ sites }) || 'anywhere',
          },
        ]),
    ...(protectedLabels === undefined
      ? []
      : [
          {
            what: 'Protected labels',
            before: labelWords(before.rails.protectedLabels),
            after: labelWords(protectedLabels),
          },
        ]),
  ]
}
