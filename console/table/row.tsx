import { type MouseEvent, memo } from 'react'
import { Link } from 'react-router'
import type { Column } from './column.ts'

type RowProps<R> = {
  row: R
  id: string
  index: number
  top: number
  height: number
  template: string
  columns: readonly Column<R>[]
  href: string | null
  current: boolean
  marked: boolean | null
  gone: boolean
  card: boolean
  acts: RowActs<R>
}

/** What a row does when it is used. One object for the life of the table, so that a row is drawn again only when it changed. */
export type RowActs<R> = { mark(row: R): void; cursor(ref: string): void; open(path: string): void }

function PlainRow<R>(props: RowProps<R>) {
  const { row, id, columns, href, current, marked, gone, card } = props
  const className = [
    card ? 'card' : 'row-line row-body',
    current ? 'row-current' : '',
    marked === true ? 'row-marked' : '',
    gone ? 'row-gone' : '',
  ].join(' ')
  const click = (event: MouseEvent) => {
    // Links, boxes and buttons inside a row act for themselves; selecting text is no click.
    if (event.target instanceof Element && event.target.closest('a,button,input') !== null) return
    if (window.getSelection()?.isCollapsed === false) return
    props.acts.cursor(id)
    if (href !== null) props.acts.open(href)
  }
  return (
    // The keyboard opens rows through the table's own keys and the link in the first cell.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={marked ?? current}
      className={className}
      style={{
        height: props.height,
        transform: `translateY(${props.top}px)`,
        ...(card ? {} : { gridTemplateColumns: props.template }),
      }}
      onClick={click}
      {...(gone ? { title: 'It is gone' } : {})}
    >
      {marked !== null && (
        <span role="gridcell" className="cell-mark">
          <input
            type="checkbox"
            checked={marked}
            aria-label={`Mark ${id}`}
            onChange={() => props.acts.mark(row)}
          />
        </span>
      )}
      {columns.map((column, index) => {
        const content = column.cell(row)
        return (
          <span
            key={column.key}
            role="gridcell"
            className={`cell${column.numeric === true ? ' cell-number' : ''}${index === 0 ? ' cell-first' : ''}`}
            // What is cut short can be read whole.
            {...(typeof content === 'string' ? { title: content } : {})}
          >
            {card && index > 0 && <span className="card-label">{column.title}</span>}
            {index === 0 && href !== null ? (
              <Link to={href} className="row-link">
                {content}
              </Link>
            ) : card ? (
              <span className="card-value">{content}</span>
            ) : (
              content
            )}
          </span>
        )
      })}
    </div>
  )
}

// `memo` forgets that the component is generic.
export const Row = memo(PlainRow) as typeof PlainRow
