import { NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Node, nodeKinds } from '@orrery/api/node.ts'
import { ActDialog } from './act-dialog.tsx'
import { type DemandDraft, DemandFields } from './demand-fields.tsx'
import { LabelFields, labelsRead } from './label-fields.tsx'
import { SiteSelect } from './site-select.tsx'

const gib = 1024 ** 3

export function CreateNode({ onClose, onDone }: { onClose: () => void; onDone: (node: Node) => void }) {
  const [name, setName] = useState('')
  const [site, setSite] = useState<string | null>(null)
  const [kind, setKind] = useState<(typeof nodeKinds)[number]>('host')
  const [size, setSize] = useState<DemandDraft>({
    cpuCores: 8,
    memoryGib: 16,
    diskGib: 100,
    gpuCount: 0,
    gpuMilli: 1000,
  })
  const [gpuModel, setGpuModel] = useState('')
  const [gpuCount, setGpuCount] = useState<number | string>(0)
  const [labelText, setLabelText] = useState('')
  const labels = labelsRead(labelText)
  const gpus = Number(gpuCount) || 0
  // Work asks for GPUs by their model; one without is none that anything would be placed on.
  const isModelMissing = gpus > 0 && gpuModel.trim() === ''
  const complete =
    name.trim() !== '' &&
    site !== null &&
    size.cpuCores !== null &&
    size.memoryGib !== null &&
    labels !== null &&
    !isModelMissing
  const body = {
    name: name.trim(),
    site: site ?? '',
    kind,
    labels: labels ?? {},
    capacity: {
      cpuCores: size.cpuCores ?? 0,
      memoryBytes: Math.round((size.memoryGib ?? 0) * gib),
      diskBytes: Math.round((size.diskGib ?? 0) * gib),
      gpus: Array.from({ length: gpus }, () => ({ model: gpuModel.trim(), milli: 1000 })),
    },
  }
  return (
    <ActDialog
      title="New node"
      operation="nodeCreate"
      input={complete ? { body } : null}
      verb="Register"
      doing={`register node ${body.name}`}
      wrong={
        isModelMissing
          ? 'Say which model its GPUs are.'
          : labels === null
            ? 'Write one label per line, as key=value.'
            : null
      }
      changes={
        complete
          ? [
              {
                what: 'Node',
                before: 'none',
                after: `${body.name} at ${body.site}, with the provider manual`,
              },
            ]
          : []
      }
      says="A machine that registers itself: it is observed, not contacted."
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
        <SiteSelect value={site} onChange={setSite} />
        <Select
          label="Kind"
          data={[...nodeKinds]}
          value={kind}
          onChange={(value) => setKind(nodeKinds.find((each) => each === value) ?? 'host')}
        />
        <NumberInput label="GPUs" min={0} max={64} value={gpuCount} onChange={setGpuCount} />
        {gpus > 0 && (
          <TextInput
            label="GPU model"
            required
            value={gpuModel}
            onChange={(event) => setGpuModel(event.currentTarget.value)}
          />
        )}
      </div>
      <DemandFields draft={size} onChange={setSize} gpu={false} />
      <LabelFields text={labelText} onChange={setLabelText} />
    </ActDialog>
  )
}
