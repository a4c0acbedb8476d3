import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { policyModes } from '@orrery/api/policy.ts'
import { policies } from '@orrery/core/policy/policies.ts'
import { weighable } from '@orrery/core/policy/scores.ts'
import { ActDialog } from '../../actions/act-dialog.tsx'

export function CreatePolicy({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [algorithm, setAlgorithm] = useState('best-fit')
  const [mode, setMode] = useState<(typeof policyModes)[number]>('auto')
  const [seed, setSeed] = useState<number | string>(1)
  const [active, setActive] = useState(false)
  const [weights, setWeights] = useState<Record<string, number | string>>({})
  const given = Object.fromEntries(
    Object.entries(weights).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] !== 0,
    ),
  )
  const known = policies.find((each) => each.name === algorithm)
  const body = {
    name: name.trim(),
    algorithm,
    mode,
    active,
    ...(typeof seed === 'number' ? { seed } : {}),
    ...(algorithm === 'weighted' && Object.keys(given).length > 0 ? { weights: given } : {}),
  }
  return (
    <ActDialog
      title="New policy"
      operation="policyCreate"
      input={body.name === '' ? null : { body }}
      verb="Create"
      doing={`create policy ${body.name}`}
      changes={
        body.name === ''
          ? []
          : [
              {
                what: 'Policy',
                before: 'none',
                after: `${body.name}, ${algorithm}${active ? ', in charge' : ''}`,
              },
            ]
      }
      onClose={onClose}
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
          label="Algorithm"
          data={policies.map((each) => ({ value: each.name, label: each.title }))}
          value={algorithm}
          onChange={(value) => setAlgorithm(value ?? algorithm)}
        />
        <Select
          label="Mode"
          data={[
            { value: 'auto', label: 'auto: apply its plans at once' },
            { value: 'approve', label: 'approve: a person confirms each' },
          ]}
          value={mode}
          onChange={(value) => setMode(policyModes.find((each) => each === value) ?? 'auto')}
        />
        <NumberInput
          label="Seed"
          min={0}
          max={2 ** 32 - 1}
          decimalScale={0}
          value={seed}
          onChange={setSeed}
        />
      </div>
      {known !== undefined && <p className="quiet">{known.description}</p>}
      {algorithm === 'weighted' && (
        <div className="form-grid">
          {weighable.map((score) => (
            <NumberInput
              key={score.name}
              label={`Weight of ${score.name}`}
              min={-1000}
              max={1000}
              value={weights[score.name] ?? ''}
              onChange={(value) => setWeights({ ...weights, [score.name]: value })}
            />
          ))}
        </div>
      )}
      <Switch
        size="xs"
        label="Put it in charge at once"
        checked={active}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
    </ActDialog>
  )
}
