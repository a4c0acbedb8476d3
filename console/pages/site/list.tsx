import { IconPlus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { type Site, siteKinds } from '@orrery/api/site.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { CreateSite } from '../../actions/create-site.tsx'
import { change, useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Empty } from '../../look/empty.tsx'
import { Page } from '../../look/page.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Instant } from '../../state/instant.tsx'
import { Meter } from '../../state/meter.tsx'
import type { Bulk } from '../../table/bulk-bar.tsx'
import type { Column, Field } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'
import { NoneThen } from '../../table/none-then.tsx'
import { percent, whole } from '../../words/quantity.ts'
import { linksShort } from './links.ts'

const idOf = (site: Site) => site.id

/** `sites` are all of them: a link may be written at its other end. */
const columnsOf = (sites: readonly Site[]): readonly Column<Site>[] => [
  {
    key: 'name',
    title: 'Name',
    width: 200,
    least: 160,
    sortable: true,
    usual: true,
    phone: true,
    cell: (site) => site.name,
    text: (site) => site.name,
  },
  {
    key: 'kind',
    title: 'Kind',
    width: 90,
    sortable: true,
    usual: true,
    phone: true,
    cell: (site) => site.kind,
    text: (site) => site.kind,
  },
  {
    key: 'nodeCount',
    title: 'Nodes',
    width: 90,
    numeric: true,
    sortable: true,
    usual: true,
    phone: true,
    cell: (site) => whole(site.nodeCount),
    text: (site) => site.nodeCount,
  },
  {
    key: 'carbonGramsPerKwh',
    title: 'Carbon of its power',
    width: 140,
    numeric: true,
    sortable: true,
    usual: true,
    cell: (site) => `${whole(site.carbonGramsPerKwh)} g/kWh`,
    unit: 'g/kWh',
    text: (site) => site.carbonGramsPerKwh,
  },
  {
    key: 'renewableShare',
    title: 'Renewable',
    width: 130,
    sortable: true,
    usual: true,
    cell: (site) => (
      <Meter label="Renewable share" used={site.renewableShare} of={1} text={percent(site.renewableShare)} />
    ),
    unit: 'share of 1',
    text: (site) => site.renewableShare,
  },
  {
    key: 'overcommit',
    title: 'Given away',
    width: 130,
    usual: true,
    cell: (site) => (site.overcommitRatio === null ? 'without limit' : `${site.overcommitRatio} × capacity`),
    unit: 'times its capacity',
    text: (site) => site.overcommitRatio,
  },
  {
    key: 'links',
    title: 'Links',
    width: 260,
    least: 140,
    usual: true,
    cell: (site) => linksShort(site, sites),
    text: (site) => linksShort(site, sites),
  },
  {
    key: 'createdAt',
    title: 'Created',
    width: 110,
    sortable: true,
    cell: (site) => <Instant at={site.createdAt} />,
    text: (site) => site.createdAt,
  },
]

const fields: readonly Field[] = [
  { name: 'kind', values: siteKinds },
  { name: 'name' },
  { name: 'nodeCount', example: '>0' },
]

export function SiteList() {
  const { at, atQuery, link } = useHere()
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const [creating, setCreating] = useState(false)
  const sites = useCall('siteList', { query: { limit: 1000, ...atQuery } }, { keep: true })
  const columns = useMemo(() => columnsOf(sites.data?.items ?? []), [sites.data])
  const bulk: readonly Bulk<Site>[] = [
    {
      verb: 'Delete',
      danger: true,
      says: 'They are forgotten. A site that still has nodes is left as it is.',
      refuse: (site) => (site.nodeCount === 0 ? null : `It has ${site.nodeCount} nodes.`),
      run: (api, ref) => change(api, 'siteDelete', { ref }),
      off,
    },
  ]
  const create = (
    <ActButton
      off={off}
      variant="filled"
      leftSection={<IconPlus size={14} aria-hidden="true" />}
      onAct={() => setCreating(true)}
    >
      New site
    </ActButton>
  )
  return (
    <Page
      title="Sites"
      fill
      actions={
        <>
          <CopyAs operation="siteList" input={useListInput(true)} />
          {create}
        </>
      }
    >
      <DataTable
        operation="siteList"
        one="site"
        many="sites"
        columns={columns}
        fields={fields}
        example="kind:edge"
        idOf={idOf}
        refOf={refOf}
        open={(site) => link(paths.site(refOf(site)))}
        timed
        bulk={bulk}
        empty={
          at !== null ? (
            <NoneThen many="sites" />
          ) : (
            <Empty title="No sites yet" action={create} command="orrery site create --name home --kind edge">
              A site is a place with nodes: a cloud region, an edge cluster, a lab, a home. Links between
              sites carry their latency.
            </Empty>
          )
        }
      />
      {creating && (
        <CreateSite
          onClose={() => setCreating(false)}
          onDone={(site) => void navigate(paths.site(refOf(site)))}
        />
      )}
    </Page>
  )
}
