import { Button } from '@mantine/core'
import { Suspense, lazy, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { NodeAct, type NodeActName } from '../../actions/node-acts.tsx'
import { nodeRefusal } from '../../actions/reason.ts'
import { Metrics } from '../../charts/metrics.tsx'
import { useAddress, withEntry } from '../../live/address.ts'
import { useCall } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { Badge } from '../../state/badge.tsx'
import { nodeTone } from '../../state/tone.ts'
import { EventsOf } from '../event/of.tsx'
import { NodeFacts } from './facts.tsx'
import { NodeWorkloads } from './workloads.tsx'

/** The planner comes with it: only for whoever asks. */
const WhatIfFailed = lazy(async () => ({
  default: (await import('../lab/what-if-failed.tsx')).WhatIfFailed,
}))

const acts: readonly { act: NodeActName; word: string }[] = [
  { act: 'activate', word: 'Activate' },
  { act: 'drain', word: 'Drain' },
  { act: 'update', word: 'Labels' },
  { act: 'delete', word: 'Delete' },
]

export function NodeView() {
  const ref = useParams()['ref'] ?? ''
  const { atQuery, link } = useHere()
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const [search, setSearch] = useAddress()
  const [act, setAct] = useState<NodeActName | null>(null)
  const input = { ref, query: atQuery }
  const found = useCall('nodeView', input, {
    keep: true,
    ...(atQuery.at === undefined ? { everyMs: 3000 } : {}),
  })
  const node = found.data
  const up = (
    <Link className="page-up" to={link(paths.nodes())}>
      Nodes
    </Link>
  )
  if (node === undefined) {
    return (
      <Page title={ref} up={up}>
        {found.isError ? (
          <Failure error={found.error} doing={`show node ${ref}`} again={() => void found.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    )
  }
  return (
    <Page
      title={node.name}
      up={up}
      beside={<Badge tone={nodeTone[node.state]} word={node.state} title={node.reason} />}
      actions={
        <>
          <CopyAs operation="nodeView" input={input} />
          {atQuery.at === undefined && (
            <Button onClick={() => setSearch(withEntry('if', 'failed'))}>What if it failed</Button>
          )}
          {acts.map((each) => (
            <ActButton
              key={each.act}
              off={off ?? nodeRefusal(each.act, node.state)}
              {...(each.act === 'delete' ? { color: 'red', variant: 'light' } : {})}
              onAct={() => setAct(each.act)}
            >
              {each.word}
            </ActButton>
          ))}
        </>
      }
    >
      <div className="columns">
        <div className="stack-wide">
          <Metrics subjectId={node.id} limit={node.capacity} limitWord="capacity" />
          <NodeWorkloads node={node} />
        </div>
        <div className="stack-wide">
          <NodeFacts node={node} />
          <EventsOf subjectId={node.id} />
        </div>
      </div>
      {search.get('if') === 'failed' && (
        <Suspense>
          <WhatIfFailed node={node} onClose={() => setSearch(withEntry('if', ''))} />
        </Suspense>
      )}
      {act !== null && (
        <NodeAct
          act={act}
          node={node}
          onClose={() => setAct(null)}
          onGone={() => void navigate(paths.nodes())}
        />
      )}
    </Page>
  )
}
