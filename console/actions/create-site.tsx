import { NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Site, siteKinds } from '@orrery/api/site.ts'
import { ActDialog } from './act-dialog.tsx'

export function CreateSite({ onClose, onDone }: { onClose: () => void; onDone: (site: Site) => void }) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<(typeof siteKinds)[number]>('edge')
  const [carbon, setCarbon] = useState<number | string>(300)
  const [renewable, setRenewable] = useState<number | string>(30)
  const body = {
    name: name.trim(),
    kind,
    ...(typeof carbon === 'number' ? { carbonGramsPerKwh: carbon } : {}),
    ...(typeof renewable === 'number' ? { renewableShare: renewable / 100 } : {}),
  }
  return (
    <ActDialog
      title="New site"
      operation="siteCreate"
      input={body.name === '' ? null : { body }}
      verb="Create"
      doing={`create site ${body.name}`}
      changes={body.name === '' ? [] : [{ what: 'Site', before: 'none', after: `${body.name}, ${kind}` }]}
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
          data={[...siteKinds]}
          value={kind}
          onChange={(value) => setKind(siteKinds.find((each) => each === value) ?? 'edge')}
        />
        <NumberInput
          label="Carbon of its power"
          suffix=" g/kWh"
          min={0}
          value={carbon}
          onChange={setCarbon}
        />
        <NumberInput
          label="Renewable share"
          suffix=" %"
          min={0}
          max={100}
          value={renewable}
          onChange={setRenewable}
        />
      </div>
    </ActDialog>
  )
}
