import { type Operation, operationEnded, operationStates } from '@orrery/api/operation.ts'
import { useActsOff } from '../../actions/acts-off.ts'
import { change } from '../../live/call.ts'
import { Empty } from '../../look/empty.tsx'
import { Page } from '../../look/page.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { operationTone } from '../../state/tone.ts'
import type { Column, Field } from '../../table/column.ts'
import { instantColumn, sentenceColumn, stateColumn, wordColumn } from '../../table/columns.tsx'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'
import { OperationProgress } from './progress.tsx'
import { OperationSubject } from './subject.tsx'

const idOf = (operation: Operation) => operation.id

const columns: readonly Column<Operation>[] = [
  wordColumn(
    { key: 'kind', title: 'What', width: 150, sortable: true, usual: true, phone: true },
    (each) => each.kind,
  ),
  stateColumn(
    (each) => operationTone[each.state],
    (each) => each.error,
  ),
  {
    key: 'progress',
    title: 'Progress',
    width: 220,
    least: 140,
    usual: true,
    phone: true,
    cell: (each) => <OperationProgress operation={each} />,
    text: (each) => each.done,
  },
  {
    key: 'subject',
    title: 'About',
    width: 130,
    usual: true,
    cell: (each) => <OperationSubject operation={each} />,
    text: (each) => each.subjectId,
  },
  sentenceColumn(
    { key: 'note', title: 'Note', width: 240, least: 100, usual: true },
    (each) => each.error ?? each.note,
  ),
  wordColumn({ key: 'actorName', title: 'By', width: 90, usual: true }, (each) => each.actorName),
  instantColumn(
    { key: 'createdAt', title: 'Asked', width: 100, sortable: true, usual: true },
    (each) => each.createdAt,
  ),
  instantColumn({ key: 'endedAt', title: 'Ended', width: 100, usual: true }, (each) => each.endedAt),
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
