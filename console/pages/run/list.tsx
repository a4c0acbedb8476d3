import { Link, useNavigate } from 'react-router'
import { Button } from '@mantine/core'
import { operationStates } from '@orrery/api/operation.ts'
import type { RunSummary } from '@orrery/api/run.ts'
import { usePreferences } from '../../live/preferences.ts'
import { Empty } from '../../look/empty.tsx'
import { Page } from '../../look/page.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { operationTone } from '../../state/tone.ts'
import type { Column, Field } from '../../table/column.ts'
import { instantColumn, none, stateColumn, wordColumn } from '../../table/columns.tsx'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'
import { whole } from '../../words/quantity.ts'
import { span } from '../../words/time.ts'
import { sourceShort } from './words.ts'

const columns: readonly Column<RunSummary>[] = [
  wordColumn(
    { key: 'name', title: 'Name', width: 170, least: 130, sortable: true, usual: true, phone: true },
    (run) => run.name,
  ),
  stateColumn(
    (run) => operationTone[run.state],
    (run) => run.error,
  ),
  wordColumn(
    { key: 'policies', title: 'Policies', width: 210, least: 140, usual: true, phone: true },
    (run) => run.policies.join(', '),
  ),
  {
    key: 'source',
    title: 'From',
    width: 190,
    least: 110,
    usual: true,
    cell: (run) => <Source run={run} />,
    text: (run) => sourceShort(run.source, 'utc'),
  },
  {
    key: 'nodes',
    title: 'Nodes',
    width: 80,
    numeric: true,
    usual: true,
    cell: (run) => (run.nodeCount === null ? none : whole(run.nodeCount)),
    text: (run) => run.nodeCount,
  },
  {
    key: 'workloads',
    title: 'Workloads',
    width: 90,
    numeric: true,
    usual: true,
    cell: (run) => (run.workloadCount === null ? none : whole(run.workloadCount)),
    text: (run) => run.workloadCount,
  },
  {
    key: 'horizon',
    title: 'Horizon',
    width: 90,
    cell: (run) => (run.horizonSeconds === 0 ? none : span(run.horizonSeconds)),
    text: (run) => run.horizonSeconds,
  },
  wordColumn({ key: 'actor', title: 'By', width: 90, sortable: true, usual: true }, (run) => run.actorName),
  instantColumn(
    { key: 'createdAt', title: 'Asked', width: 100, sortable: true, usual: true },
    (run) => run.createdAt,
  ),
]
const fields: readonly Field[] = [
  { name: 'name' },
  { name: 'state', values: operationStates },
  { name: 'actor' },
]

export function RunList() {
  const navigate = useNavigate()
  const begin = (
    <Button variant="filled" onClick={() => void navigate(paths.lab())}>
      New run
    </Button>
  )
  return (
    <Page
      title="Runs"
      fill
      actions={
        <>
          <CopyAs operation="runList" input={useListInput(false)} />
          {begin}
        </>
      }
    >
      <DataTable
        operation="runList"
        one="run"
        many="runs"
        columns={columns}
        fields={fields}
        example="state:succeeded"
        idOf={(run) => run.id}
        refOf={refOf}
        open={(run) => paths.run(refOf(run))}
        empty={
          <Empty
            title="No runs yet"
            action={begin}
            command="orrery run create --policy best-fit --policy fgd"
          >
            A run forks the inventory as it is now or was then, or reads a scenario, lets policies loose on
            the copy, and shows them side by side. Nothing live is touched. The{' '}
            <Link to={paths.lab()}>lab</Link> makes one.
          </Empty>
        }
      />
    </Page>
  )
}

function Source({ run }: { run: RunSummary }) {
  const { zone } = usePreferences()
  return <>{sourceShort(run.source, zone)}</>
}
