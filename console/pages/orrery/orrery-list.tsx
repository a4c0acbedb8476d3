import { useCallback, useMemo, useState } from 'react'
import type { Inventory } from '@orrery/api/inventory.ts'
import { useHere } from '../../live/here.ts'
import { paths, refOf } from '../../paths.ts'
import { Badge } from '../../state/badge.tsx'
import { Meter } from '../../state/meter.tsx'
import { nodeTone } from '../../state/tone.ts'
import type { Column } from '../../table/column.ts'
import { Rows } from '../../table/rows.tsx'
import { sortNext } from '../../table/view.ts'
import { bytes, cores, whole } from '../../words/quantity.ts'
import '../../table/table.css'

type Listed = { id: string; name: string; index: number }

const unmarked: ReadonlySet<string> = new Set()
const idOf = (each: Listed) => each.id
const nothing = () => undefined

/** The same nodes as on the map, with the same filter, as text. */
export function OrreryList({ inventory, lit }: { inventory: Inventory; lit: Uint8Array }) {
  const { nodes } = inventory
  const { link } = useHere()
  const [sort, setSort] = useState<string | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const columns = useMemo(() => columnsOf(inventory), [inventory])
  const rows = useMemo(() => {
    const shown = nodes.id.flatMap((id, index): Listed[] =>
      lit[index] === 1 ? [{ id, name: nodes.name[index] ?? '', index }] : [],
    )
    const column = columns.find((each) => each.key === sort?.replace(/^-/, '')) ?? columns[0]
    if (column === undefined) return shown
    const turn = sort?.startsWith('-') === true ? -1 : 1
    return shown.toSorted((one, other) => turn * compare(column.text(one), column.text(other)))
  }, [nodes, lit, columns, sort])
  const open = useCallback((each: Listed) => link(paths.node(refOf(each))), [link])
  if (rows.length === 0) {
    return (
      <div className="empty">
        <h2>No nodes match this filter</h2>
      </div>
    )
  }
  return (
    <div className="table">
      <Rows
        label="nodes"
        rows={rows}
        columns={columns}
        idOf={idOf}
        refOf={refOf}
        open={open}
        sort={sort}
        onSort={(key) => setSort(sortNext(sort, key))}
        cursor={cursor}
        onCursor={setCursor}
        marked={null}
        onMark={nothing}
        gone={unmarked}
        old={false}
        cards={false}
        onHold={nothing}
        onRelease={nothing}
        onSee={nothing}
        ended
      />
    </div>
  )
}

function compare(one: string | number | boolean | null, other: string | number | boolean | null): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return String(one).localeCompare(String(other), 'en', { numeric: true })
}

function columnsOf({ nodes, sites }: Inventory): Column<Listed>[] {
  const site = ({ index }: Listed) => sites[nodes.site[index] ?? -1]?.name ?? ''
  const state = ({ index }: Listed) => nodes.state[index] ?? 'discovered'
  return [
    {
      key: 'name',
      title: 'Name',
      width: 170,
      sortable: true,
      cell: (each) => each.name,
      text: (each) => each.name,
    },
    { key: 'site', title: 'Site', width: 120, sortable: true, cell: site, text: site },
    {
      key: 'state',
      title: 'State',
      width: 120,
      sortable: true,
      cell: (each) => <Badge tone={nodeTone[state(each)]} word={state(each)} />,
      text: state,
    },
    {
      key: 'cpu',
      title: 'CPU used',
      width: 140,
      sortable: true,
      cell: ({ index }) => (
        <Meter
          label="CPU used"
          used={nodes.cpuCoresUsed[index] ?? null}
          reserved={nodes.cpuCoresAllocated[index] ?? 0}
          of={nodes.cpuCores[index] ?? 0}
        />
      ),
      text: ({ index }) =>
        (nodes.cpuCoresUsed[index] ?? nodes.cpuCoresAllocated[index] ?? 0) /
        Math.max(1e-9, nodes.cpuCores[index] ?? 0),
    },
    {
      key: 'cpuCores',
      title: 'Cores',
      width: 96,
      numeric: true,
      sortable: true,
      cell: ({ index }) => cores(nodes.cpuCores[index]),
      text: ({ index }) => nodes.cpuCores[index] ?? 0,
    },
    {
      key: 'memory',
      title: 'Memory',
      width: 96,
      numeric: true,
      sortable: true,
      cell: ({ index }) => bytes(nodes.memoryBytes[index]),
      text: ({ index }) => nodes.memoryBytes[index] ?? 0,
    },
    {
      key: 'workloads',
      title: 'Workloads',
      width: 96,
      numeric: true,
      sortable: true,
      cell: ({ index }) => whole(nodes.workloadCount[index] ?? 0),
      text: ({ index }) => nodes.workloadCount[index] ?? 0,
    },
  ]
}
