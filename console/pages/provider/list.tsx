import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Empty } from '../../look/empty.tsx'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { healthTone } from '../../state/tone.ts'
import { whole } from '../../words/quantity.ts'
import { CreateProvider } from './create.tsx'

export function ProviderList() {
  const off = useActsOff('admin')
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const found = useCall('providerList', { query: { limit: 1000 } }, { everyMs: 5000 })
  const providers = found.data?.items ?? []
  const create = (
    <ActButton off={off} variant="filled" onAct={() => setCreating(true)}>
      New provider
    </ActButton>
  )
  return (
    <Page
      title="Providers"
      actions={
        <>
          <CopyAs operation="providerList" input={{}} />
          {create}
        </>
      }
    >
      {found.isError && found.data === undefined ? (
        <Failure error={found.error} doing="list the providers" again={() => void found.refetch()} />
      ) : found.isPending ? (
        <Waiting />
      ) : providers.length === 0 ? (
        <Empty
          title="No providers yet"
          action={create}
          command="orrery provider create --name lab --kind emulator"
        >
          A provider is a connection to something that runs work. It brings its nodes and carries out plans on
          them.
        </Empty>
      ) : (
        <Panel title="Connections" flush>
          <SmallTable
            label="Providers"
            heads={['Name', 'Kind', 'Health', 'Since', 'Nodes', 'Enabled', 'Last seen', 'Can']}
            numeric={[4]}
            rows={providers.map((each) => ({
              key: each.id,
              cells: [
                <Link key="name" to={paths.provider(refOf(each))}>
                  <strong>{each.name}</strong>
                </Link>,
                each.kind,
                <Badge
                  key="health"
                  tone={healthTone[each.health]}
                  word={each.health}
                  title={each.healthReason}
                />,
                <Instant key="since" at={each.healthSince} age />,
                whole(each.nodeCount),
                each.enabled ? 'yes' : 'no',
                <Instant key="seen" at={each.lastSeenAt} />,
                <span key="can" className="quiet">
                  {capabilityWords(each.capabilities)}
                </span>,
              ],
            }))}
          />
        </Panel>
      )}
      {creating && (
        <CreateProvider
          onClose={() => setCreating(false)}
          onDone={(provider) => void navigate(paths.provider(refOf(provider)))}
        />
      )}
    </Page>
  )
}

export function capabilityWords(can: {
  observe: boolean
  start: boolean
  migrate: string
  resize: string
  metrics: boolean
}): string {
  return [
    can.observe ? 'observe' : '',
    can.start ? 'start and stop' : '',
    can.migrate === 'none' ? '' : `migrate (${can.migrate})`,
    can.resize === 'none' ? '' : `resize (${can.resize})`,
    can.metrics ? 'measure' : '',
  ]
    .filter((word) => word !== '')
    .join(', ')
}
