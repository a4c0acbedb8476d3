import { IconPlus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Workload } from '@orrery/api/workload.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { CreateWorkload } from '../../actions/create-workload.tsx'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Empty } from '../../look/empty.tsx'
import { Page } from '../../look/page.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'
import { NoneThen } from '../../table/none-then.tsx'
import { workloadBulk } from './bulk.ts'
import { workloadColumns, workloadFields } from './columns.tsx'

const idOf = (workload: Workload) => workload.id

export function WorkloadList() {
  const { at, link } = useHere()
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const [creating, setCreating] = useState(false)
  const sites = useCall('siteList', { query: { limit: 1000 } })
  const fields = useMemo(
    () => workloadFields((sites.data?.items ?? []).map((site) => site.name)),
    [sites.data],
  )
  const create = (
    <ActButton
      off={off}
      variant="filled"
      leftSection={<IconPlus size={14} aria-hidden="true" />}
      onAct={() => setCreating(true)}
    >
      New workload
    </ActButton>
  )
  return (
    <Page
      title="Workloads"
      fill
      actions={
        <>
          <CopyAs operation="workloadList" input={useListInput(true)} />
          {create}
        </>
      }
    >
      <DataTable
        operation="workloadList"
        one="workload"
        many="workloads"
        columns={workloadColumns}
        fields={fields}
        example="state:running site:edge-1 cpu>80%"
        idOf={idOf}
        refOf={refOf}
        open={(workload) => link(paths.workload(refOf(workload)))}
        timed
        everyMs={3000}
        bulk={workloadBulk(off)}
        empty={
          at !== null ? (
            <NoneThen many="workloads" />
          ) : (
            <Empty
              title="No workloads yet"
              action={create}
              command="orrery workload create --name web-1 --demand-cpu-cores 2 --demand-memory-bytes 4GiB"
            >
              A workload is what runs on a node: a virtual machine, a container, a module. Say what it needs;
              the planner finds a node for it and says why.
            </Empty>
          )
        }
      />
      {creating && (
        <CreateWorkload
          onClose={() => setCreating(false)}
          onDone={(workload) => void navigate(paths.workload(refOf(workload)))}
        />
      )}
    </Page>
  )
}
