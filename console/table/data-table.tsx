/** The one table of the console: live, endless, filtered, sorted and marked from the keyboard, with its view in the address. */
import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type ReactNode, useMemo, useRef } from 'react'
import { useNavigate } from 'react-router'
import { useKeys } from '../keys/keys.tsx'
import { useHere } from '../live/here.ts'
import { Failure } from '../look/failure.tsx'
import { Waiting } from '../look/waiting.tsx'
import { count, whole } from '../words/quantity.ts'
import { type Bulk, BulkBar } from './bulk-bar.tsx'
import type { Column, Field, ListName, RowOf } from './column.ts'
import { ColumnsMenu } from './columns-menu.tsx'
import { ExportMenu } from './export-menu.tsx'
import { FilterBox } from './filter-box.tsx'
import { type ListQueryOf, usePages } from './pages.ts'
import { Rows } from './rows.tsx'
import { SortSelect } from './sort-select.tsx'
import { useCursorRow } from './use-cursor-row.ts'
import { useSteady } from './use-steady.ts'
import { useView } from './use-view.ts'
import { marksMax, sortNext } from './view.ts'
import './table.css'

type DataTableProps<K extends ListName> = {
  operation: K
  /** what a row is, as `node` and `nodes` */
  one: string
  many: string
  columns: readonly Column<RowOf<K>>[]
  fields: readonly Field[]
  example: string
  idOf: (row: RowOf<K>) => string
  /** how a row is named in the address and on marks */
  refOf: (row: RowOf<K>) => string
  /** the page of a row, or null for rows that have none */
  open: (row: RowOf<K>) => string | null
  empty: ReactNode
  bulk?: readonly Bulk<RowOf<K>>[]
  /** the list knows the past */
  timed?: boolean
  /** parts of the query that the page decides */
  query?: ListQueryOf
  /** asked again at this period, for what makes no events */
  everyMs?: number
  side?: ReactNode
}

export function DataTable<K extends ListName>(props: DataTableProps<K>) {
  const { operation, columns, idOf, refOf, one, many, bulk = [] } = props
  const [view, setView] = useView()
  const { at, atQuery } = useHere()
  const navigate = useNavigate()
  const narrow = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false })
  const filterBox = useRef<HTMLInputElement>(null)

  const shown = useMemo(() => {
    const chosen = view.columns
    const kept = columns.filter(
      (column, index) => index === 0 || (chosen === null ? column.usual : chosen.includes(column.key)),
    )
    return narrow ? columns.filter((column, index) => index === 0 || column.phone) : kept
  }, [columns, view.columns, narrow])
  const query: ListQueryOf = {
    ...props.query,
    ...(props.timed === true ? atQuery : {}),
    ...(view.filter === '' ? {} : { filter: view.filter }),
    ...(view.sort === null ? {} : { sort: view.sort }),
  }
  const pages = usePages(operation, query, at === null ? (props.everyMs ?? null) : null)
  const { steady, hold, release } = useSteady(pages.rows, idOf, JSON.stringify(query))
  const { rows } = steady

  const marked = useMemo(() => new Set(view.marks), [view.marks])
  const mark = (row: RowOf<K>) => {
    const ref = refOf(row)
    setView(({ marks }) => ({
      marks: marks.includes(ref) ? marks.filter((each) => each !== ref) : [...marks, ref].slice(0, marksMax),
    }))
  }
  const cursor = useCursorRow(rows, refOf, view.row, (row) => setView({ row }))
  const openRow = (row: RowOf<K>) => {
    const path = props.open(row)
    if (path === null) return
    cursor.rest(refOf(row))
    void navigate(path)
  }
  useKeys([
    { keys: '/', does: 'Filter', run: () => filterBox.current?.focus() },
    { keys: 'j', does: 'Next row', run: () => cursor.step(1) },
    { keys: 'k', does: 'Row before', run: () => cursor.step(-1) },
    { keys: 'Enter', does: 'Open the row', run: () => cursor.row !== null && openRow(cursor.row) },
    ...(bulk.length === 0
      ? []
      : [{ keys: 'x', does: 'Mark the row', run: () => cursor.row !== null && mark(cursor.row) }]),
    ...(bulk.length === 0 ? [] : [{ keys: 'Escape', does: 'Unmark all', run: () => setView({ marks: [] }) }]),
  ])

  const counted =
    pages.phase === 'waiting'
      ? ''
      : `${pages.ended ? count(rows.length, one, many) : `${whole(rows.length)}+ ${many}`}`
  return (
    <div className="table">
      <div className="table-tools">
        <FilterBox
          value={view.filter}
          onChange={(filter) => setView({ filter, row: null })}
          fields={props.fields}
          label={`Filter ${many}`}
          example={props.example}
          inputRef={filterBox}
        />
        <span className="faint nowrap" role="status">
          {counted}
        </span>
        <span className="table-tools-side">
          {steady.waiting > 0 && (
            <Button size="compact-xs" onClick={release}>
              {count(steady.waiting, 'change')} waiting
            </Button>
          )}
          {props.side}
          {narrow ? (
            <SortSelect columns={columns} sort={view.sort} onChange={(sort) => setView({ sort })} />
          ) : (
            <ColumnsMenu all={columns} shown={shown} onChange={(next) => setView({ columns: next })} />
          )}
          <ExportMenu operation={operation} query={query} columns={shown} name={many} />
        </span>
      </div>
      {bulk.length > 0 && view.marks.length > 0 && (
        <BulkBar
          bulk={bulk}
          one={one}
          many={many}
          refs={view.marks}
          rows={rows.filter((row) => marked.has(refOf(row)))}
          refOf={refOf}
          onClear={() => setView({ marks: [] })}
        />
      )}
      {pages.error !== null && pages.phase !== 'shown' ? (
        <div className="table-failure">
          <Failure error={pages.error} doing={`list the ${many}`} again={pages.again} />
        </div>
      ) : pages.phase === 'waiting' ? (
        <Waiting lines={12} label={`Loading ${many}`} />
      ) : rows.length === 0 ? (
        <NoRows
          filter={view.filter}
          many={many}
          empty={props.empty}
          onClear={() => setView({ filter: '' })}
        />
      ) : (
        <Rows
          label={many}
          rows={rows}
          columns={shown}
          idOf={idOf}
          refOf={refOf}
          open={props.open}
          sort={view.sort}
          onSort={(key) => setView({ sort: sortNext(view.sort, key) })}
          cursor={cursor.ref}
          onCursor={cursor.rest}
          marked={bulk.length === 0 ? null : marked}
          onMark={mark}
          gone={steady.gone}
          old={pages.phase === 'old'}
          cards={narrow}
          onHold={hold}
          onRelease={release}
          onSee={pages.see}
          ended={pages.ended}
        />
      )}
    </div>
  )
}

type NoRowsProps = { filter: string; many: string; empty: ReactNode; onClear: () => void }

function NoRows({ filter, many, empty, onClear }: NoRowsProps) {
  if (filter === '') return <>{empty}</>
  return (
    <div className="empty">
      <h2>No {many} match this filter</h2>
      <p className="quiet">
        <code>{filter}</code>
      </p>
      <Button onClick={onClear}>Clear the filter</Button>
    </div>
  )
}
