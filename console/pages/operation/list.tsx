import { type Operation, operationEnded, operationStates } from '@orrery/api/operation.ts'
import { useActsOff } from '../../actions/acts-off.ts'
import { change } from '../../live/call.ts'
import { Empty } from '../../look/empty.tsx'
import { Page } from '../../look/page.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { operationTone } from '../../state/tone.ts'
import type { Column, Field } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'
import { OperationProgress } from './progress.tsx'

const idOf = (operation: Operation) => operation.id
const none = <span className="faint">–</span>

const columns: readonly Column<Operation>[] = [
  {
    key: 'kind',
    title: 'What',
    width: 170,
    sortable: true,
    usual: true,
    phone: true,
    cell: (each) => each.kind,
    text: (each) => each.kind,
  },
  {
    key: 'state',
    title: 'State',
    width: 120,
    sortable: true,
    usual: true,
    phone: true,
    cell: (each) => <Badge tone={operationTone[each.state]} word={each.state} title={each.error} />,
    text: (each) => each.state,
  },
  {
    key: 'progress',
    title: 'Progress',
    width: 240,
    usual: true,
    phone: true,
    cell: (each) => <OperationProgress operation={each} />,
    text: (each) => each.done,
  },
  {
    key: 'note',
    title: 'Now',
    width: 320,
    usual: true,
    cell: (each) => each.error ?? each.note ?? none,
    text: (each) => each.error ?? each.note,
  },
  {
    key: 'actorName',
    title: 'By',
    width: 120,
    usual: true,
    cell: (each) => each.actorName ?? none,
    text: (each) => each.actorName,
  },
  {
    key: 'createdAt',
    title: 'Asked',
    width: 100,
    sortable: true,
    usual: true,
    cell: (each) => <Instant at={each.createdAt} />,
    text: (each) => each.createdAt,
  },
  {
    key: 'endedAt',
    title: 'Ended',
    width: 100,
    usual: true,
    cell: (each) => <Instant at={each.endedAt} />,
    text: (each) => each.endedAt,
  },
]
const fields: readonly Field[] = [{ name: 'state', values: operationStates }, { name: 'kind' }]

export function OperationList() {
  const off = useActsOff('operator')
  return (
    <Page title="Operations" fill actions={<CopyAs operation="operationList" input={useListInput(false)} />}>
      <DataTable
        operation="operationList"
        one="operation"
        many="operations"
        columns={columns}
        fields={fields}
        example="state:running"
        idOf={idOf}
        refOf={idOf}
        open={(each) => paths.operation(each.id)}
        everyMs={2000}
        bulk={[
          {
            verb: 'Cancel',
            says: 'They are asked to stop. What they have done stays done.',
            refuse: (each) => (operationEnded.includes(each.state) ? `It is ${each.state} already.` : null),
            run: (api, ref) => change(api, 'operationCancel', { ref, body: {} }),
            off,
          },
        ]}
        empty={
          <Empty title="No long work yet" command="orrery import openb nodes.csv pods.csv">
            Whatever takes longer than a call becomes an operation: imports, plans being applied. Its progress
            survives a reload.
          </Empty>
        }
      />
    </Page>
  )
}
