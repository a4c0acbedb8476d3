/** Home: the continuum as a living picture or as a list, and beside it what matters now. */
import { SegmentedControl } from '@mantine/core'
import { useEffect, useMemo, useRef } from 'react'
import { useNavigate } from 'react-router'
import type { Inventory } from '@orrery/api/inventory.ts'
import { nodeStates } from '@orrery/api/node.ts'
import { useKeys } from '../../keys/keys.tsx'
import { useAddressAhead, withEntry } from '../../live/address.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { type Glow, glowFields, glowOf } from '../../orrery/glow.ts'
import type { Hit } from '../../orrery/hit.ts'
import { OrreryMap } from '../../orrery/orrery-map.tsx'
import { syntheticInventory } from '../../orrery/synthetic.ts'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import type { Field } from '../../table/column.ts'
import { FilterBox } from '../../table/filter-box.tsx'
import { count, whole } from '../../words/quantity.ts'
import { Beside } from './beside.tsx'
import { Key } from './key.tsx'
import { NoContinuum } from './no-continuum.tsx'
import { OrreryList } from './orrery-list.tsx'

const bodiesMax = 100_000

export function OrreryPage() {
  const [search, setSearch] = useAddressAhead()
  const { atQuery } = useHere()
  const bodies = Math.min(bodiesMax, Math.floor(Number(search.get('bodies') ?? 0)) || 0)
  const synthetic = useMemo(() => (bodies > 0 ? syntheticInventory(bodies) : null), [bodies])
  const live = useCall(
    'inventoryView',
    { query: atQuery },
    { keep: true, enabled: synthetic === null, ...(atQuery.at === undefined ? { everyMs: 2000 } : {}) },
  )
  const inventory = synthetic ?? live.data
  const filter = search.get('filter') ?? ''
  const list = search.get('view') === 'list'
  const bench = search.has('bench')
  const filterBox = useRef<HTMLInputElement>(null)
  useEffect(() => {
    document.title = 'Orrery'
  }, [])
  const set = (key: string, value: string) => setSearch(withEntry(key, value))
  useKeys([
    { keys: '/', does: 'Choose what glows', run: () => filterBox.current?.focus() },
    { keys: 'v', does: 'Map or list', run: () => set('view', list ? '' : 'list') },
  ])
  const glow = useMemo<Glow | null>(
    () => (inventory === undefined ? null : glowOf(inventory, filter)),
    [inventory, filter],
  )
  const fields = useMemo(() => fieldsOf(inventory), [inventory])
  const sort = search.get('sort')
  // The inventory is always whole: what glows is a list of nodes.
  const nodesInput = {
    query: { ...(filter === '' ? {} : { filter }), ...(list && sort !== null ? { sort } : {}), ...atQuery },
  }

  return (
    <div className="orrery">
      <div className="orrery-tools">
        <h1>Orrery</h1>
        <FilterBox
          value={filter}
          onChange={(text) => set('filter', text)}
          fields={fields}
          label="Choose what glows"
          example="state:ready cpu>80% site:edge-*"
          inputRef={filterBox}
        />
        <span className="faint" role="status">
          {glow?.wrong ?? (inventory === undefined || glow === null ? '' : glowWords(inventory, glow))}
        </span>
        <span className="orrery-tools-side">
          <SegmentedControl
            size="xs"
            aria-label="Map or list"
            data={[
              { value: 'map', label: 'Map' },
              { value: 'list', label: 'List' },
            ]}
            value={list ? 'list' : 'map'}
            onChange={(value) => set('view', value === 'list' ? 'list' : '')}
          />
          {list || filter !== '' ? (
            <CopyAs operation="nodeList" input={nodesInput} />
          ) : (
            <CopyAs operation="inventoryView" input={{ query: atQuery }} />
          )}
        </span>
      </div>
      <div className="orrery-main">
        <div className="orrery-stage">
          {inventory === undefined || glow === null ? (
            live.isError ? (
              <div className="panel-body">
                <Failure error={live.error} doing="read the inventory" again={() => void live.refetch()} />
              </div>
            ) : (
              <Waiting label="Loading the orrery" />
            )
          ) : inventory.sites.length === 0 ? (
            <NoContinuum then={atQuery.at !== undefined} />
          ) : list ? (
            <OrreryList inventory={inventory} lit={glow.lit} />
          ) : (
            <Drawn inventory={inventory} glow={glow} bench={bench} />
          )}
        </div>
        {inventory !== undefined && !bench && <Beside inventory={inventory} />}
      </div>
    </div>
  )
}

type DrawnProps = { inventory: Inventory; glow: Glow; bench: boolean }

function Drawn({ inventory, glow, bench }: DrawnProps) {
  const { link } = useHere()
  const navigate = useNavigate()
  const open = (hit: Exclude<Hit, null>) => {
    const name = hit.kind === 'node' ? inventory.nodes.name[hit.node] : inventory.sites[hit.site]?.name
    if (name !== undefined) void navigate(link(hit.kind === 'node' ? paths.node(name) : paths.site(name)))
  }
  const label = `Map of the continuum: ${count(inventory.sites.length, 'site')}, ${count(inventory.nodes.id.length, 'node')}. The list shows the same as text.`
  return (
    <>
      <OrreryMap inventory={inventory} lit={glow.lit} label={label} onOpen={open} bench={bench} />
      <Key />
    </>
  )
}

function glowWords(inventory: Inventory, glow: Glow): string {
  const all = inventory.nodes.id.length
  return glow.count === all ? count(all, 'node') : `${whole(glow.count)} of ${count(all, 'node')}`
}

function fieldsOf(inventory: Inventory | undefined): Field[] {
  const examples: Record<string, string> = {
    cpu: '>80%',
    cpuAllocated: '>80%',
    memoryAllocated: '>80%',
    cpuCores: '>=16',
    memoryBytes: '>64GiB',
    gpus: '>0',
    gpuAllocated: '>50%',
    workloads: '>10',
  }
  return glowFields.map((name): Field => {
    if (name === 'state') return { name, values: nodeStates }
    if (name === 'kind') return { name, values: ['host', 'device'] }
    if (name === 'site') return { name, values: (inventory?.sites ?? []).map((site) => site.name) }
    const example = examples[name]
    return example === undefined ? { name } : { name, example }
  })
}
