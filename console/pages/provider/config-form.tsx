import { NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { type Config, type ConfigField } from './config.ts'
import { JsonField } from './json-field.tsx'

type ConfigFormProps = { fields: readonly ConfigField[]; config: Config; onChange: (config: Config) => void }

export function ConfigForm({ fields, config, onChange }: ConfigFormProps) {
  const set = (key: string, value: unknown) => {
    const { [key]: _, ...rest } = config
    onChange(value === undefined || value === '' ? rest : { ...rest, [key]: value })
  }
  return (
    <div className="stack">
      {fields.map((field) => (
        <Control
          key={field.key}
          field={field}
          value={config[field.key]}
          onChange={(value) => set(field.key, value)}
        />
      ))}
    </div>
  )
}

type ControlProps = { field: ConfigField; value: unknown; onChange: (value: unknown) => void }

function Control({ field, value, onChange }: ControlProps) {
  const common = { label: field.title, description: field.description, required: field.required }
  const text = typeof value === 'string' ? value : ''
  switch (field.kind) {
    case 'text':
      return <TextInput {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
    case 'secret':
      return (
        <PasswordInput
          size="xs"
          {...common}
          value={text}
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'number':
    case 'integer':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          {...(field.kind === 'integer' ? { decimalScale: 0 } : {})}
          {...(field.minimum === null ? {} : { min: field.minimum })}
          {...(field.maximum === null ? {} : { max: field.maximum })}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      )
    case 'boolean':
      return (
        <Switch
          size="xs"
          label={field.title}
          description={field.description}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'choice':
      return (
        <Select
          {...common}
          data={[...field.choices]}
          value={text === '' ? null : text}
          onChange={(next) => onChange(next ?? undefined)}
        />
      )
    case 'json':
      return <JsonField field={field} value={value} onChange={onChange} />
  }
}
