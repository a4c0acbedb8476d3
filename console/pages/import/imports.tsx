import { useState } from 'react'
import { Link } from 'react-router'
import type { Dataset } from '@orrery/api/dataset.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Empty } from '../../look/empty.tsx'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable, hiddenWord } from '../../look/small-table.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Exact, Instant } from '../../state/instant.tsx'
import { operationTone } from '../../state/tone.ts'
import { whole } from '../../words/quantity.ts'
import { OperationProgress } from '../operation/progress.tsx'
import { ImportForm } from './form.tsx'

export function Imports() {
  const off = useActsOff('operator')
  const [deleting, setDeleting] = useState<Dataset | null>(null)
  const datasets = useCall('datasetList', { query: { limit: 1000 } })
  const operations = useCall(
    'operationList',
    { query: { filter: 'kind:import*', limit: 10, sort: '-createdAt' } },
    { everyMs: 2000 },
  )
  const items = datasets.data?.items ?? []
  const running = operations.data?.items ?? []
  return (
    <Page title="Imports" actions={<CopyAs operation="datasetList" input={{}} />}>
      <div className="columns">
        <div className="stack-wide">
          <Panel title="Bring in recorded data">
            <ImportForm off={off} />
          </Panel>
          <Panel title="Datasets" flush>
            {datasets.isError && datasets.data === undefined ? (
              <div className="panel-body">
                <Failure
                  error={datasets.error}
                  doing="list the datasets"
                  again={() => void datasets.refetch()}
                />
              </div>
            ) : items.length === 0 ? (
              datasets.isPending ? null : (
                <Empty
                  title="No datasets yet"
                  command="orrery import openb NODES.csv PODS.csv --speed 100000"
                >
                  A dataset is a recorded series or trace. It is kept apart from live measurements; retention
                  never touches it.
                </Empty>
              )
            ) : (
              <SmallTable
                label="Datasets"
                heads={['Name', 'Kind', 'Layout', 'Rows', 'From', 'To', hiddenWord('Actions')]}
                numeric={[3]}
                rows={items.map((each) => ({
                  key: each.id,
                  cells: [
                    each.name,
                    each.kind,
                    each.layout,
                    whole(each.rowCount),
                    <Exact key="from" at={each.startAt} />,
                    <Exact key="to" at={each.endAt} />,
                    <ActButton
                      key="delete"
                      size="compact-xs"
                      color="red"
                      variant="light"
                      off={off}
                      onAct={() => setDeleting(each)}
                    >
                      Delete
                    </ActButton>,
                  ],
                }))}
              />
            )}
          </Panel>
        </div>
        <Panel title="Latest imports">
          {running.length === 0 ? (
            <p className="faint">{operations.isPending ? '' : 'None yet.'}</p>
          ) : (
            <ul className="stack">
              {running.map((each) => (
                <li key={each.id}>
                  <div className="spread">
                    <Link to={paths.operation(each.id)}>{each.kind}</Link>
                    <Badge tone={operationTone[each.state]} word={each.state} title={each.error} />
                  </div>
                  <OperationProgress operation={each} />
                  <div className="faint">
                    <Instant at={each.createdAt} /> {each.error ?? each.note ?? ''}
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
      {deleting !== null && (
        <ActDialog
          title={`Delete ${deleting.name}`}
          operation="datasetDelete"
          input={{ ref: deleting.id }}
          verb="Delete"
          doing={`delete dataset ${deleting.name}`}
          typeName={deleting.name}
          changes={[{ what: 'Dataset', before: `${whole(deleting.rowCount)} rows`, after: 'gone' }]}
          onClose={() => setDeleting(null)}
        />
      )}
    </Page>
  )
}
