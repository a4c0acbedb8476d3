import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { InventorySite } from '@orrery/api/inventory.ts'
import type { Site } from '@orrery/api/site.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { filterFormat } from '@orrery/core/filter.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { EventsOf } from '../event/of.tsx'
import { SiteFacts } from './facts.tsx'
import { SiteNodes } from './nodes.tsx'

export function SiteView() {
  const ref = useParams()['ref'] ?? ''
  const { atQuery, link } = useHere()
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const [deleting, setDeleting] = useState(false)
  const input = { ref, query: atQuery }
  const found = useCall('siteView', input, { keep: true })
  const inventory = useCall(
    'inventoryView',
    { query: atQuery },
    { keep: true, ...(atQuery.at === undefined ? { everyMs: 3000 } : {}) },
  )
  const sites = useCall('siteList', { query: { limit: 1000, ...atQuery } }, { keep: true })
  const site = found.data
  const up = (
    <Link className="page-up" to={link(paths.sites())}>
      Sites
    </Link>
  )
  if (site === undefined) {
    return (
      <Page title={ref} up={up}>
        {found.isError ? (
          <Failure error={found.error} doing={`show site ${ref}`} again={() => void found.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  const filter = filterFormat([
    {
      kind: 'field',
      field: 'site',
      op: ':',
      values: [site.name],
      number: null,
      unit: 'none',
      percent: false,
      negated: false,
    },
  ])
  const totals: InventorySite | undefined = inventory.data?.sites.find((each) => each.id === site.id)
  return (
    <Page
      title={site.name}
      up={up}
      beside={<span className="quiet">{site.kind}</span>}
      actions={
        <>
          <CopyAs operation="siteView" input={input} />
          <ActButton
            off={off ?? deleteRefusal(site)}
            color="red"
            variant="light"
            onAct={() => setDeleting(true)}
          >
            Delete
          </ActButton>
        </>
      }
    >
      <div className="columns">
        <div className="stack-wide">
          <Panel
            title={`Nodes (${site.nodeCount})`}
            flush
            side={
              <span className="row">
                <Link className="link" to={link(paths.workloads(), { filter })}>
                  Workloads
                </Link>
                <Link className="link" to={link(paths.nodes(), { filter })}>
                  Nodes as a list
                </Link>
              </span>
            }
          >
            <SiteNodes filter={filter} name={site.name} />
          </Panel>
        </div>
        <div className="stack-wide">
          <SiteFacts site={site} totals={totals ?? null} sites={sites.data?.items ?? []} />
          <EventsOf subjectId={site.id} />
        </div>
      </div>
      {deleting && (
        <ActDialog
          title={`Delete ${site.name}`}
          operation="siteDelete"
          input={{ ref: refOf(site) }}
          verb="Delete"
          doing={`delete site ${site.name}`}
          typeName={site.name}
          changes={[{ what: 'Site', before: site.kind, after: 'gone' }]}
          onClose={() => setDeleting(false)}
          onDone={() => void navigate(paths.sites())}
        />
      )}
    </Page>
  )
}

function deleteRefusal(site: Site): string | null {
  return site.nodeCount === 0 ? null : `It has ${site.nodeCount} nodes. Delete or move them first.`
}
