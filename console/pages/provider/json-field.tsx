import { Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ConfigField } from './config.ts'

type JsonFieldProps = { field: ConfigField; value: unknown; onChange: (value: unknown) => void }

/** A structure that has no form of its own, as JSON. Text that is not JSON stays here until it is. */
export function JsonField({ field, value, onChange }: JsonFieldProps) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)))
  const [wrong, setWrong] = useState<string | null>(null)
  const change = (next: string) => {
    setText(next)
    if (next.trim() === '') {
      setWrong(null)
      onChange(undefined)
      return
    }
    try {
      onChange(JSON.parse(next))
      setWrong(null)
    } catch (error) {
      setWrong(error instanceof Error ? `This is not JSON: ${error.message}` : 'This is not JSON.')
    }
  }
  return (
    <Textarea
      label={field.title}
      description={field.description}
      required={field.required}
      value={text}
      error={wrong}
      onChange={(event) => change(event.currentTarget.value)}
      autosize
      minRows={2}
      maxRows={14}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  )
}
