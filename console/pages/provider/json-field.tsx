import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { type ConfigField, isNotJson, jsonRead } from './config.ts'

type JsonFieldProps = { field: ConfigField; value: unknown; onChange: (value: unknown) => void }

/** A structure that has no form of its own, as JSON. What is typed stays as it is; its value is what it says. */
export function JsonField({ field, value, onChange }: JsonFieldProps) {
  const [text, setText] = useState(() =>
    value === undefined ? '' : isNotJson(value) ? value.text : JSON.stringify(value, null, 2),
  )
  return (
    <Textarea
      label={field.title}
      description={field.description}
      required={field.required}
      value={text}
      error={isNotJson(value) ? `This is ${value.reason}` : null}
      onChange={(event) => {
        setText(event.currentTarget.value)
        onChange(jsonRead(event.currentTarget.value))
      }}
      autosize
      minRows={2}
      maxRows={14}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  )
}
