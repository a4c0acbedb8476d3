import { Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Workload, workloadKinds } from '@orrery/api/workload.ts'
import { ActDialog } from './act-dialog.tsx'
import { type DemandDraft, DemandFields, demandEmpty, demandRead } from './demand-fields.tsx'
import { demandWords } from './demand-words.ts'

export function CreateWorkload({
  onClose,
  onDone,
}: {
  onClose: () => void
  onDone: (workload: Workload) => void
}) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<(typeof workloadKinds)[number]>('vm')
  const [draft, setDraft] = useState<DemandDraft>(demandEmpty)
  const [autoPlace, setAutoPlace] = useState(true)
  const demand = demandRead(draft)
  const body = demand === null ? null : { name: name.trim(), kind, demand, autoPlace }
  const complete = body !== null && body.name !== ''
  return (
    <ActDialog
      title="New workload"
      operation="workloadCreate"
      input={complete ? { body } : null}
      verb="Create"
      doing={`create workload ${name.trim()}`}
      changes={
        complete && demand !== null
          ? [{ what: 'Workload', before: 'none', after: `${body.name}, ${demandWords(demand)}` }]
          : []
      }
      says={
        autoPlace ? 'The plan loop looks for a node for it.' : 'It waits until someone binds it to a node.'
      }
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
        <Select
          label="Kind"
          data={[...workloadKinds]}
          value={kind}
          onChange={(value) => setKind(workloadKinds.find((each) => each === value) ?? 'vm')}
        />
      </div>
      <DemandFields draft={draft} onChange={setDraft} />
      <Switch
        size="xs"
        label="Place it automatically"
        checked={autoPlace}
        onChange={(event) => setAutoPlace(event.currentTarget.checked)}
      />
    </ActDialog>
  )
}
