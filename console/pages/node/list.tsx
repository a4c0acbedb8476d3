import { IconPlus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Node } from '@orrery/api/node.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { CreateNode } from '../../actions/create-node.tsx'
import { nodeRefusal } from '../../actions/reason.ts'
import { useActsOff } from '../../actions/acts-off.ts'
import { change, useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Empty } from '../../look/empty.tsx'
import { Page } from '../../look/page.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import type { Bulk } from '../../table/bulk-bar.tsx'
import { DataTable } from '../../table/data-table.tsx'
import { useListInput } from '../../table/list-input.ts'
import { NoneThen } from '../../table/none-then.tsx'
import { nodeColumns, nodeFields } from './columns.tsx'

const idOf = (node: Node) => node.id

export function NodeList() {
  const { at, link } = useHere()
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const [creating, setCreating] = useState(false)
  const sites = useCall('siteList', { query: { limit: 1000 } })
  const fields = useMemo(() => nodeFields((sites.data?.items ?? []).map((site) => site.name)), [sites.data])
  const bulk: readonly Bulk<Node>[] = [
    {
      verb: 'Drain',
      says: 'Nothing new is placed on them, and plans move their workloads away.',
      refuse: (node) => nodeRefusal('drain', node.state),
      run: (api, ref) => change(api, 'nodeDrain', { ref, body: {} }),
      off,
    },
    {
      verb: 'Activate',
      says: 'Workloads may be placed on them again.',
      refuse: (node) => nodeRefusal('activate', node.state),
      run: (api, ref) => change(api, 'nodeActivate', { ref, body: {} }),
      off,
    },
    {
      verb: 'Delete',
      danger: true,
      says: 'They are forgotten; a node that still holds workloads is left. Measurements and events are kept.',
      refuse: (node) => nodeRefusal('delete', node.state),
      run: (api, ref) => change(api, 'nodeDelete', { ref }),
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
      New node
    </ActButton>
  )
  return (
    <Page
      title="Nodes"
      fill
      actions={
        <>
          <CopyAs operation="nodeList" input={useListInput(true)} />
          {create}
        </>
      }
    >
      <DataTable
        operation="nodeList"
        one="node"
        many="nodes"
        columns={nodeColumns}
        fields={fields}
        example="state:ready cpu>80% site:edge-*"
        idOf={idOf}
        refOf={refOf}
        open={(node) => link(paths.node(refOf(node)))}
        timed
        everyMs={3000}
        bulk={bulk}
        empty={
          at !== null ? (
            <NoneThen many="nodes" />
          ) : (
            <Empty
              title="No nodes yet"
              action={create}
              command="orrery node create --name node-1 --site home --capacity-cpu-cores 8 --capacity-memory-bytes 16GiB"
            >
              A node is where work runs: a host or a device. A provider brings its own; a machine of yours you
              register yourself.
            </Empty>
          )
        }
      />
      {creating && (
        <CreateNode
          onClose={() => setCreating(false)}
          onDone={(node) => void navigate(paths.node(refOf(node)))}
        />
      )}
    </Page>
  )
}
