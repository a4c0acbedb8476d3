import type { ReactNode } from 'react'
import type { OperationName, OutputOf } from '@orrery/api/operations.ts'

type Paged = { items: unknown[]; next: string | null }
/** The operations that answer with pages. */
export type ListName = { [K in OperationName]: OutputOf<K> extends Paged ? K : never }[OperationName]
export type RowOf<K extends ListName> = OutputOf<K> extends { items: (infer Row)[] } ? Row : never

export type Column<Row> = {
  /** its name in the address; also the server's sort field when `sortable` */
  key: string
  title: string
  /** pixels; more where there is room, see `columnWidths` */
  width: number
  /** pixels that it gives way to, for text that can be cut, before the table scrolls sideways */
  least?: number
  numeric?: boolean
  sortable?: boolean
  /** shown until the reader chooses otherwise */
  usual?: boolean
  /** one of the three that matter on a phone */
  phone?: boolean
  cell(row: Row): ReactNode
  /** of the number that `text` gives, for the heading in CSV: there it stands without it */
  unit?: string
  /** for CSV; a number stays a number */
  text(row: Row): string | number | boolean | null
}

/** A field that the filter of a list knows, with its values where they are few. */
export type Field = { name: string; values?: readonly string[]; example?: string }
