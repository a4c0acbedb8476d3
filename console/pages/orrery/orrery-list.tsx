import { useMediaQuery } from '@mantine/hooks'
import { useCallback, useMemo } from 'react'
import { useNavigate } from 'react-router'
import type { Inventory } from '@orrery/api/inventory.ts'
import { useKeys } from '../../keys/keys.tsx'
import { useHere } from '../../live/here.ts'
import { paths, refOf } from '../../paths.ts'
import { ColumnsMenu } from '../../table/columns-menu.tsx'
import { ExportMenu } from '../../table/export-menu.tsx'
import { Rows } from '../../table/rows.tsx'
import { SortSelect } from '../../table/sort-select.tsx'
import { useCursorRow } from '../../table/use-cursor-row.ts'
import { useSteady } from '../../table/use-steady.ts'
import { useView } from '../../table/use-view.ts'
import { sortNext } from '../../table/view.ts'
import { nodeColumns } from '../node/columns.tsx'
import { type Listed, listColumns, listedOf, listedSort } from './list-columns.tsx'
import '../../table/table.css'

const idOf = (each: Listed) => each.id
const nothing = () => undefined

/** The same nodes as on the map, with the same filter, as text: sorted, chosen and opened as in every list. */
export function OrreryList({ inventory, lit }: { inventory: Inventory; lit: Uint8Array }) {
  const { link, atQuery } = useHere()
  const [view, setView] = useView()
  const navigate = useNavigate()
  const narrow = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false })
  const shown = useMemo(() => {
    const chosen = view.columns
    return listColumns.filter((column, index) => {
      if (index === 0) return true
      if (narrow) return column.phone
      return chosen === null ? column.usual : chosen.includes(column.key)
    })
  }, [view.columns, narrow])
  const fresh = useMemo(() => listedSort(listedOf(inventory, lit), view.sort), [inventory, lit, view.sort])
  const { steady, hold, release } = useSteady(fresh, idOf, JSON.stringify([view.filter, view.sort, atQuery]))
  const { rows } = steady
  const cursor = useCursorRow(rows, refOf, view.row, (row) => setView({ row }))
  const open = useCallback((each: Listed) => link(paths.node(refOf(each))), [link])
  const openRow = (each: Listed) => {
    cursor.rest(refOf(each))
    void navigate(open(each))
  }
  useKeys([
    { keys: 'j', does: 'Next row', run: () => cursor.step(1) },
    { keys: 'k', does: 'Row before', run: () => cursor.step(-1) },
    { keys: 'Enter', does: 'Open the row', run: () => cursor.row !== null && openRow(cursor.row) },
  ])
  // The file is the same view of the nodes, asked of the API like every list's.
  const query = {
    ...atQuery,
    ...(view.filter === '' ? {} : { filter: view.filter }),
    ...(view.sort === null ? {} : { sort: view.sort }),
  }
  const keys = shown.map((column) => column.key)
  return (
    <div className="table">
      <div className="table-tools">
        <span className="table-tools-side">
          {narrow ? (
            <SortSelect columns={listColumns} sort={view.sort} onChange={(sort) => setView({ sort })} />
          ) : (
            <ColumnsMenu all={listColumns} shown={shown} onChange={(columns) => setView({ columns })} />
          )}
          <ExportMenu
            operation="nodeList"
            query={query}
            columns={nodeColumns.filter((column) => keys.includes(column.key))}
            name="nodes"
          />
        </span>
      </div>
      {rows.length === 0 ? (
        <div className="empty">
          <h2>No nodes match this filter</h2>
        </div>
      ) : (
        <Rows
          label="nodes"
          rows={rows}
          columns={shown}
          idOf={idOf}
          refOf={refOf}
          open={open}
          sort={view.sort}
          onSort={(key) => setView({ sort: sortNext(view.sort, key) })}
          cursor={cursor.ref}
          onCursor={cursor.rest}
          marked={null}
          onMark={nothing}
          gone={steady.gone}
          old={false}
          cards={narrow}
          onHold={hold}
          onRelease={release}
          onSee={nothing}
          ended
        />
      )}
    </div>
  )
}
