import { Textarea } from '@mantine/core'
import type { Labels } from '@orrery/api/scalar.ts'

export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join('\n')
}

/** One `key=value` per line; null when a line is something else. */
export function labelsRead(text: string): Labels | null {
  const labels: Labels = {}
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const match = /^\s*([A-Za-z0-9._/-]{1,63})\s*=\s*(.*?)\s*$/.exec(line)
    if (match?.[1] === undefined || match[2] === undefined) return null
    labels[match[1]] = match[2]
  }
  return labels
}

type LabelFieldsProps = { text: string; onChange: (text: string) => void; label?: string }

export function LabelFields({
  text,
  onChange,
  label = 'Labels, one per line as key=value',
}: LabelFieldsProps) {
  return (
    <Textarea
      label={label}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      autosize
      minRows={2}
      maxRows={8}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  )
}
