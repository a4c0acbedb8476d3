import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { Node } from '@orrery/api/node.ts'
import type { DemandInput } from '@orrery/api/quantity.ts'
import { filterFormat } from '@orrery/core/filter.ts'
import { useCall } from '../live/call.ts'
import { shortage } from './room.ts'

type NodeSelectProps = {
  demand: DemandInput
  /** left out: where it is now */
  but?: string | null
  value: Node | null
  onChange: (node: Node | null) => void
}

/** Ready nodes by name; one without room says what it lacks. */
export function NodeSelect({ demand, but = null, value, onChange }: NodeSelectProps) {
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 150)
  const filter = filterFormat([
    {
      kind: 'field',
      field: 'state',
      op: ':',
      values: ['ready'],
      number: null,
      unit: 'none',
      percent: false,
      negated: false,
    },
    ...(asked === '' || asked === value?.name
      ? []
      : [{ kind: 'word' as const, word: asked, negated: false }]),
  ])
  const nodes = useCall('nodeList', { query: { filter, limit: 50 } }, { keep: true })
  const items = (nodes.data?.items ?? []).filter((node) => node.id !== but)
  const known = value !== null && !items.some((node) => node.id === value.id) ? [value, ...items] : items
  return (
    <Select
      label="Node"
      placeholder="Type a part of its name or site"
      searchable
      data-autofocus
      data={known.map((node) => {
        const lacks = shortage(node, demand)
        return { value: node.id, label: node.name, note: lacks ?? node.siteName }
      })}
      renderOption={({ option }) => (
        <span className="spread" style={{ width: '100%' }}>
          <span>{option.label}</span>
          <span className="faint">{(option as { note?: string }).note}</span>
        </span>
      )}
      filter={({ options }) => options}
      value={value?.id ?? null}
      searchValue={text}
      onSearchChange={setText}
      onChange={(id) => onChange(known.find((node) => node.id === id) ?? null)}
      nothingFoundMessage={nodes.isPending ? 'Looking…' : 'No ready node has that name'}
      maxDropdownHeight={260}
    />
  )
}
