import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Provider } from '@orrery/api/provider.ts'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useCall } from '../../live/call.ts'
import { ConfigForm } from './config-form.tsx'
import { type Config, configDefaults, configFields, configFault } from './config.ts'

export function CreateProvider({
  onClose,
  onDone,
}: {
  onClose: () => void
  onDone: (provider: Provider) => void
}) {
  const kinds = useCall('providerKindList', {})
  const [name, setName] = useState('')
  const [kindName, setKindName] = useState<string | null>(null)
  const [config, setConfig] = useState<Config>({})
  const known = kinds.data?.items ?? []
  const kind = known.find((each) => each.kind === kindName) ?? null
  const fields = kind === null ? [] : configFields(kind.configSchema)
  const fault = configFault(fields, config)
  const complete = name.trim() !== '' && kind !== null && fault === null
  return (
    <ActDialog
      title="New provider"
      operation="providerCreate"
      input={complete ? { body: { name: name.trim(), kind: kind.kind, config } } : null}
      verb="Create"
      doing={`create provider ${name.trim()}`}
      wrong={kind === null ? null : fault}
      changes={complete ? [{ what: 'Provider', before: 'none', after: `${name.trim()}, ${kind.kind}` }] : []}
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
          required
          data={known.map((each) => each.kind)}
          value={kindName}
          onChange={(value) => {
            setKindName(value)
            const schema = known.find((each) => each.kind === value)?.configSchema
            setConfig(schema === undefined ? {} : configDefaults(configFields(schema)))
          }}
          nothingFoundMessage={kinds.isPending ? 'Looking…' : 'There are no kinds'}
        />
      </div>
      {kind !== null && <p className="quiet">{kind.description}</p>}
      {/* Fields of one name mean other things in another kind: their texts do not stay. */}
      <ConfigForm key={kindName} fields={fields} config={config} onChange={setConfig} />
    </ActDialog>
  )
}
