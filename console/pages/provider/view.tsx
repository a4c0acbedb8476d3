import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Provider } from '@orrery/api/provider.ts'
import { filterFormat } from '@orrery/core/filter.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Failure } from '../../look/failure.tsx'
import { Json } from '../../look/json.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths, refOf, withSearch } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Exact, Instant } from '../../state/instant.tsx'
import { healthTone } from '../../state/tone.ts'
import { EventsOf } from '../event/of.tsx'
import { ConfigForm } from './config-form.tsx'
import { type Config, configFault, configFields } from './config.ts'
import { capabilityWords } from './list.tsx'

type Act = 'config' | 'enabled' | 'delete'

export function ProviderView() {
  const ref = useParams()['ref'] ?? ''
  const navigate = useNavigate()
  const off = useActsOff('admin')
  const [act, setAct] = useState<Act | null>(null)
  const found = useCall('providerView', { ref }, { everyMs: 5000 })
  const provider = found.data
  const up = (
    <Link className="page-up" to={paths.providers()}>
      Providers
    </Link>
  )
  if (provider === undefined) {
    return (
      <Page title={ref} up={up}>
        {found.isError ? (
          <Failure error={found.error} doing={`show provider ${ref}`} again={() => void found.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  const filter = filterFormat([
    {
      kind: 'field',
      field: 'provider',
      op: ':',
      values: [provider.name],
      number: null,
      unit: 'none',
      percent: false,
      negated: false,
    },
  ])
  return (
    <Page
      title={provider.name}
      up={up}
      beside={
        <Badge tone={healthTone[provider.health]} word={provider.health} title={provider.healthReason} />
      }
      actions={
        <>
          <CopyAs operation="providerView" input={{ ref }} />
          <ActButton off={off} onAct={() => setAct('config')}>
            Change the config
          </ActButton>
          <ActButton off={off} onAct={() => setAct('enabled')}>
            {provider.enabled ? 'Disable' : 'Enable'}
          </ActButton>
          <ActButton
            color="red"
            variant="light"
            off={
              off ??
              (provider.nodeCount > 0 ? `It has ${provider.nodeCount} nodes. Delete them first.` : null)
            }
            onAct={() => setAct('delete')}
          >
            Delete
          </ActButton>
        </>
      }
    >
      <div className="columns">
        <div className="stack-wide">
          <Panel title="Config">
            <Json label="Config" value={provider.config} />
          </Panel>
        </div>
        <div className="stack-wide">
          <Panel title="What it is">
            <dl className="facts">
              <dt>Kind</dt>
              <dd>{provider.kind}</dd>
              <dt>Health</dt>
              <dd>
                <Badge tone={healthTone[provider.health]} word={provider.health} /> for{' '}
                <Instant at={provider.healthSince} age />
                {provider.healthReason !== null && <div className="quiet">{provider.healthReason}</div>}
              </dd>
              <dt>Enabled</dt>
              <dd>{provider.enabled ? 'yes' : 'no'}</dd>
              <dt>Last seen</dt>
              <dd>
                <Instant at={provider.lastSeenAt} />
              </dd>
              <dt>Nodes</dt>
              <dd>
                <Link className="link" to={withSearch(paths.nodes(), { filter })}>
                  {provider.nodeCount}
                </Link>
              </dd>
              <dt>It can</dt>
              <dd>{capabilityWords(provider.capabilities)}</dd>
              <dt>It runs</dt>
              <dd>{provider.capabilities.workloadKinds.join(', ')}</dd>
              <dt>Created</dt>
              <dd>
                <Exact at={provider.createdAt} />
              </dd>
            </dl>
          </Panel>
          <EventsOf subjectId={provider.id} />
        </div>
      </div>
      {act !== null && (
        <ProviderAct
          act={act}
          provider={provider}
          onClose={() => setAct(null)}
          onGone={() => void navigate(paths.providers())}
        />
      )}
    </Page>
  )
}

type ProviderActProps = { act: Act; provider: Provider; onClose: () => void; onGone: () => void }

function ProviderAct({ act, provider, onClose, onGone }: ProviderActProps) {
  switch (act) {
    case 'config':
      return <ChangeConfig provider={provider} onClose={onClose} />
    case 'enabled':
      return (
        <ActDialog
          title={`${provider.enabled ? 'Disable' : 'Enable'} ${provider.name}`}
          operation="providerUpdate"
          input={{ ref: refOf(provider), body: { enabled: !provider.enabled } }}
          verb={provider.enabled ? 'Disable' : 'Enable'}
          doing={`change provider ${provider.name}`}
          changes={[
            {
              what: 'Enabled',
              before: provider.enabled ? 'yes' : 'no',
              after: provider.enabled ? 'no' : 'yes',
            },
          ]}
          says={
            provider.enabled
              ? 'It is asked nothing any more. What it runs stays as it was last seen.'
              : 'It is asked what it sees, and carries out plans.'
          }
          onClose={onClose}
        />
      )
    case 'delete':
      return (
        <ActDialog
          title={`Delete ${provider.name}`}
          operation="providerDelete"
          input={{ ref: refOf(provider) }}
          verb="Delete"
          doing={`delete provider ${provider.name}`}
          typeName={provider.name}
          changes={[{ what: 'Provider', before: provider.kind, after: 'gone' }]}
          onClose={onClose}
          onDone={onGone}
        />
      )
  }
}

function ChangeConfig({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const kinds = useCall('providerKindList', {})
  const [config, setConfig] = useState<Config>(provider.config)
  const schema = kinds.data?.items.find((each) => each.kind === provider.kind)?.configSchema
  const fields = configFields(schema)
  const changed = [...new Set([...Object.keys(config), ...Object.keys(provider.config)])].filter(
    (key) => JSON.stringify(config[key]) !== JSON.stringify(provider.config[key]),
  )
  const fault = configFault(fields, config)
  const short = (value: unknown) =>
    value === undefined ? 'the default' : JSON.stringify(value).slice(0, 120)
  return (
    <ActDialog
      title={`Config of ${provider.name}`}
      operation="providerUpdate"
      input={changed.length === 0 || fault !== null ? null : { ref: refOf(provider), body: { config } }}
      verb="Save"
      doing={`change provider ${provider.name}`}
      wrong={fault}
      changes={(fault === null ? changed : []).map((key) => ({
        what: key,
        before: short(provider.config[key]),
        after: short(config[key]),
      }))}
      onClose={onClose}
    >
      <ConfigForm fields={fields} config={config} onChange={setConfig} />
    </ActDialog>
  )
}
