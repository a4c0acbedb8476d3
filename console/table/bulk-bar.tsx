import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Client } from '@orrery/api/client.ts'
import { count } from '../words/quantity.ts'
import { BulkDialog } from './bulk-dialog.tsx'

/** An action on many rows. */
export type Bulk<Row> = {
  /** `Drain`; the dialog says "Drain 3 nodes" */
  verb: string
  danger?: boolean
  /** what will change, in a sentence */
  says: string
  /** why it cannot be done to this row, or null */
  refuse(row: Row): string | null
  run(api: Client, ref: string): Promise<unknown>
  /** why it cannot be done now at all, or null */
  off?: string | null
}

type BulkBarProps<Row> = {
  bulk: readonly Bulk<Row>[]
  one: string
  many: string
  refs: readonly string[]
  /** those of the marked that are loaded */
  rows: readonly Row[]
  refOf: (row: Row) => string
  onClear: () => void
}

export function BulkBar<Row>({ bulk, one, many, refs, rows, refOf, onClear }: BulkBarProps<Row>) {
  const [asked, setAsked] = useState<Bulk<Row> | null>(null)
  return (
    <div className="bulk" role="region" aria-label="Marked rows">
      <strong>{count(refs.length, one, many)} marked</strong>
      {bulk.map((each) => (
        <Button
          key={each.verb}
          size="compact-xs"
          disabled={each.off != null}
          {...(each.off == null ? {} : { title: each.off })}
          {...(each.danger === true ? { color: 'red', variant: 'light' } : {})}
          onClick={() => setAsked(each)}
        >
          {each.verb}
        </Button>
      ))}
      <Button size="compact-xs" variant="subtle" onClick={onClear}>
        Unmark all
      </Button>
      {asked !== null && (
        <BulkDialog
          bulk={asked}
          one={one}
          many={many}
          subjects={refs.map((ref) => {
            const row = rows.find((each) => refOf(each) === ref)
            return { ref, refused: row === undefined ? null : asked.refuse(row) }
          })}
          onClose={(done) => {
            setAsked(null)
            if (done) onClear()
          }}
        />
      )}
    </div>
  )
}
