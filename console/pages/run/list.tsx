import { Link, useNavigate } from 'react-router'
import { Button } from '@mantine/core'
import { operationStates } from '@orrery/api/operation.ts'
import type { RunSummary } from '@orrery/api/run.ts'
import { usePreferences } from '../../live/preferences.ts'
import { Empty } from '../../look/empty.tsx'
import { Page } from '../../look/page.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { operationTone } from '../../state/tone.ts'
import type { Column, Field } from '../../table/column.ts'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'
import { whole } from '../../words/quantity.ts'
import { span } from '../../words/time.ts'
import { sourceShort } from './words.ts'

const columns: readonly Column<RunSummary>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 150,
    sortable: true,
    usual: true,
    phone: true,
    cell: (run) => run.name,
    text: (run) => run.name,
  },
  {
    key: 'state',
    title: 'State',
    width: 120,
    sortable: true,
    usual: true,
    phone: true,
    cell: (run) => <Badge tone={operationTone[run.state]} word={run.state} title={run.error} />,
    text: (run) => run.state,
  },
  {
    key: 'policies',
    title: 'Policies',
    width: 210,
    usual: true,
    phone: true,
    cell: (run) => run.policies.join(', '),
    text: (run) => run.policies.join(' '),
  },
  {
    key: 'source',
    title: 'From',
    width: 130,
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
    cell: (run) => (run.nodeCount === null ? '–' : whole(run.nodeCount)),
    text: (run) => run.nodeCount,
  },
  {
    key: 'workloads',
    title: 'Workloads',
    width: 90,
    numeric: true,
    usual: true,
    cell: (run) => (run.workloadCount === null ? '–' : whole(run.workloadCount)),
    text: (run) => run.workloadCount,
  },
  {
    key: 'horizon',
    title: 'Horizon',
    width: 90,
    cell: (run) => (run.horizonSeconds === 0 ? '–' : span(run.horizonSeconds)),
    text: (run) => run.horizonSeconds,
  },
  {
    key: 'actor',
    title: 'By',
    width: 90,
    sortable: true,
    usual: true,
    cell: (run) => run.actorName ?? '–',
    text: (run) => run.actorName,
  },
  {
    key: 'createdAt',
    title: 'Asked',
    width: 100,
    sortable: true,
    usual: true,
    cell: (run) => <Instant at={run.createdAt} />,
    text: (run) => run.createdAt,
  },
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
            A run forks the inventory as it is now or was then, lets policies loose on the copy, and shows
            them side by side. Nothing live is touched. The <Link to={paths.lab()}>lab</Link> makes one.
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
