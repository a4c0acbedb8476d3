/** Columns that lists have in common: a word, a sentence, an instant, a state. A row without a value shows a dash. */
import { Told } from '../look/told.tsx'
import { Badge } from '../state/badge.tsx'
import { Instant } from '../state/instant.tsx'
import type { Tone } from '../state/tone.ts'
import type { Column } from './column.ts'

type Frame<Row> = Omit<Column<Row>, 'cell' | 'text'>

export const none = <span className="faint">–</span>

export function wordColumn<Row>(frame: Frame<Row>, word: (row: Row) => string | null): Column<Row> {
  return { ...frame, cell: (row) => word(row) ?? none, text: word }
}

/** What the server says of a row, with links to what it names. */
export function sentenceColumn<Row>(frame: Frame<Row>, sentence: (row: Row) => string | null): Column<Row> {
  const cell = (row: Row) => {
    const text = sentence(row)
    return text === null ? none : <Told text={text} />
  }
  return { ...frame, cell, text: sentence }
}

export function instantColumn<Row>(frame: Frame<Row>, at: (row: Row) => string | null): Column<Row> {
  return { ...frame, cell: (row) => <Instant at={at(row)} />, text: at }
}

/** One of the three that a phone shows. */
export function stateColumn<Row extends { state: string }>(
  tone: (row: Row) => Tone,
  why: (row: Row) => string | null = () => null,
): Column<Row> {
  return {
    key: 'state',
    title: 'State',
    width: 120,
    sortable: true,
    usual: true,
    phone: true,
    cell: (row) => <Badge tone={tone(row)} word={row.state} title={why(row)} />,
    text: (row) => row.state,
  }
}
