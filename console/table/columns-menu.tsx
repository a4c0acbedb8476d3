import { Button, Menu } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import type { Column } from './column.ts'

type ColumnsMenuProps<Row> = {
  all: readonly Column<Row>[]
  shown: readonly Column<Row>[]
  onChange: (columns: readonly string[] | null) => void
}

export function ColumnsMenu<Row>({ all, shown, onChange }: ColumnsMenuProps<Row>) {
  const keys = shown.map((column) => column.key)
  const toggle = (key: string) => {
    const next = all.filter((column) =>
      column.key === key ? !keys.includes(key) : keys.includes(column.key),
    )
    const usual = all.filter((column) => column.usual === true)
    const same = next.length === usual.length && next.every((column, index) => column === usual[index])
    onChange(same ? null : next.map((column) => column.key))
  }
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Button leftSection={<IconColumns3 size={14} aria-hidden="true" />}>Columns</Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        {all.map((column, index) => (
          <Menu.CheckboxItem
            key={column.key}
            checked={keys.includes(column.key)}
            disabled={index === 0}
            // The focus goes to the first that can have it: where it goes nowhere, no key works in the menu.
            {...(index === 1 ? { 'data-autofocus': true } : {})}
            onChange={() => toggle(column.key)}
          >
            {column.title}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item closeMenuOnClick={false} onClick={() => onChange(null)}>
          The usual columns
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
