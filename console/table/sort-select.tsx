import { Select } from '@mantine/core'
import type { Column } from './column.ts'

type SortSelectProps<Row> = {
  columns: readonly Column<Row>[]
  sort: string | null
  onChange: (sort: string | null) => void
}

/** Sorting where there are no headings: on a phone. */
export function SortSelect<Row>({ columns, sort, onChange }: SortSelectProps<Row>) {
  const data = columns
    .filter((column) => column.sortable)
    .flatMap((column) => [
      { value: column.key, label: `${column.title} ↑` },
      { value: `-${column.key}`, label: `${column.title} ↓` },
    ])
  if (data.length === 0) return null
  return (
    <Select
      aria-label="Sort"
      placeholder="Sort"
      w={122}
      data={data}
      value={sort}
      onChange={onChange}
      allowDeselect
      clearable
    />
  )
}
