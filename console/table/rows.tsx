import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { usePreferences } from '../live/preferences.ts'
import type { Column } from './column.ts'
import { Row, type RowActs } from './row.tsx'
import { columnWidths } from './widths.ts'

export type RowsProps<R> = {
  label: string
  rows: readonly R[]
  columns: readonly Column<R>[]
  idOf: (row: R) => string
  refOf: (row: R) => string
  open: (row: R) => string | null
  sort: string | null
  onSort: (key: string) => void
  cursor: string | null
  onCursor: (ref: string) => void
  /** null: rows cannot be marked */
  marked: ReadonlySet<string> | null
  onMark: (row: R) => void
  gone: ReadonlySet<string>
  /** of a view before this one */
  old: boolean
  cards: boolean
  onHold: () => void
  onRelease: () => void
  onSee: (first: number, last: number) => void
  ended: boolean
}

/** The padding of a row, both sides, as table.css has it. */
const sidesWidth = 24

/** Only the rows in sight are in the document, however many there are. */
export function Rows<R>(props: RowsProps<R>) {
  const { rows, columns, refOf, cursor, cards, onSee } = props
  const { density } = usePreferences()
  const navigate = useNavigate()
  const latest = useRef({ props, navigate })
  useEffect(() => {
    latest.current = { props, navigate }
  })
  const acts = useMemo<RowActs<R>>(
    () => ({
      mark: (row) => latest.current.props.onMark(row),
      cursor: (ref) => latest.current.props.onCursor(ref),
      open: (path) => void latest.current.navigate(path),
    }),
    [],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const rowHeight = cards ? 64 : density === 'dense' ? 29 : 38
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  useLayoutEffect(() => virtual.measure(), [virtual, rowHeight])
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const watch = new ResizeObserver(() => setWidth(element.clientWidth))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onSee(first, last), [onSee, first, last])
  const cursorIndex = cursor === null ? -1 : rows.findIndex((row) => refOf(row) === cursor)
  useEffect(() => {
    if (cursorIndex >= 0) virtual.scrollToIndex(cursorIndex)
    // Only when the cursor moves: rows that change under it must not scroll the page.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [cursor])

  const markWidth = props.marked === null ? 0 : 34
  const widths = columnWidths(columns, width - markWidth - sidesWidth)
  const fixed = widths.reduce((sum, each) => sum + each, markWidth + sidesWidth)
  const template = [
    ...(props.marked === null ? [] : [`${markWidth}px`]),
    ...widths.map((each) => `${each}px`),
  ].join(' ')
  return (
    <div
      className={props.old ? 'rows rows-old' : 'rows'}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.ended ? rows.length + 1 : -1}
      aria-colcount={columns.length + (props.marked === null ? 0 : 1)}
      aria-multiselectable={props.marked !== null}
      aria-busy={props.old}
      ref={scroller}
      tabIndex={0}
    >
      {!cards && (
        <div className="rows-head" role="rowgroup" style={{ minWidth: fixed }}>
          <div className="row-line" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
            {props.marked !== null && (
              <span role="columnheader">
                <span className="hidden">Marked</span>
              </span>
            )}
            {columns.map((column) => (
              <Heading key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </div>
        </div>
      )}
      <div
        className="rows-body"
        role="rowgroup"
        style={{ height: virtual.getTotalSize(), minWidth: cards ? 0 : fixed }}
        onPointerMove={(event) => event.pointerType === 'mouse' && props.onHold()}
        onPointerLeave={props.onRelease}
      >
        {items.map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          const ref = refOf(row)
          return (
            <Row
              key={item.index}
              row={row}
              id={ref}
              index={item.index}
              top={item.start}
              height={rowHeight}
              template={template}
              columns={columns}
              href={props.open(row)}
              current={ref === cursor}
              marked={props.marked === null ? null : props.marked.has(ref)}
              gone={props.gone.has(props.idOf(row))}
              card={cards}
              acts={acts}
            />
          )
        })}
      </div>
      {!props.ended && <div className="rows-more faint late">Loading more…</div>}
    </div>
  )
}

type HeadingProps<R> = { column: Column<R>; sort: string | null; onSort: (key: string) => void }

function Heading<R>({ column, sort, onSort }: HeadingProps<R>) {
  const direction = sort === column.key ? 'ascending' : sort === `-${column.key}` ? 'descending' : 'none'
  const className = column.numeric === true ? 'cell cell-number' : 'cell'
  if (column.sortable !== true) {
    return (
      <span role="columnheader" className={className}>
        {column.title}
      </span>
    )
  }
  return (
    <span role="columnheader" className={className} aria-sort={direction}>
      <button type="button" className="heading" onClick={() => onSort(column.key)}>
        {column.title}
        {direction === 'ascending' && <IconChevronUp size={13} aria-hidden="true" />}
        {direction === 'descending' && <IconChevronDown size={13} aria-hidden="true" />}
      </button>
    </span>
  )
}
