import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Agent } from '@orrery/api/agent.ts'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { ModeSelect, UrlInput } from './fields.tsx'
import { modeWords } from './words.ts'

export function CreateAgent({ onClose, onDone }: { onClose: () => void; onDone: (agent: Agent) => void }) {
  const [name, setName] = useState('')
  const [mode, setMode] = useState<Agent['mode']>('shadow')
  const [url, setUrl] = useState('')
  const body = { name: name.trim(), mode, ...(url.trim() === '' ? {} : { url: url.trim() }) }
  return (
    <ActDialog
      title="New agent"
      operation="agentCreate"
      input={body.name === '' ? null : { body }}
      verb="Create"
      doing={`create agent ${body.name}`}
      changes={
        body.name === ''
          ? []
          : [{ what: 'Agent', before: 'none', after: `${body.name}, in the mode ${mode}` }]
      }
      says={`In the mode ${mode} ${modeWords[mode]}. An agent that asks Orrery by itself needs a token of a principal of its name with the role agent.`}
      onClose={onClose}
      onDone={onDone}
    >
      <div className="form-grid">
        <TextInput
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <ModeSelect value={mode} onChange={setMode} />
      </div>
      <UrlInput value={url} onChange={setUrl} />
    </ActDialog>
  )
}
