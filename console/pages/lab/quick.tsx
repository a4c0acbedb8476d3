import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import type { Policy } from '@orrery/api/policy.ts'
import { type DemandDraft, DemandFields, demandEmpty, demandRead } from '../../actions/demand-fields.tsx'
import { useAddress, withEntry } from '../../live/address.ts'
import { Failure } from '../../look/failure.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths } from '../../paths.ts'
import { count, figures, whole } from '../../words/quantity.ts'
import { PolicyName } from '../../charts/policy-name.tsx'
import { useQuickAnswer, useQuickInventory } from './use-quick.ts'

type QuickProps = {
  policies: readonly string[]
  stored: readonly Policy[]
  inks: ReadonlyMap<string, string>
}

/** A small what-if that the browser answers by itself, while the demand is typed. */
export function Quick({ policies, stored, inks }: QuickProps) {
  const [search, setSearch] = useAddress()
  const [draft, setDraft] = useState(() => draftRead(search.get('demand')))
  const read = useQuickInventory(true)
  const asked = useMemo(
    () =>
      policies.map((name) => {
        const policy = stored.find((each) => each.name === name)
        return { name, algorithm: policy?.algorithm ?? name, weights: policy?.weights ?? {} }
      }),
    [policies, stored],
  )
  const demand = demandRead(draft)
  const answer = useQuickAnswer(
    read.data,
    demand === null ? null : { kind: 'places', demand, policies: asked },
  )
  const change = (next: DemandDraft) => {
    setDraft(next)
    setSearch(withEntry('demand', draftWrite(next)))
  }
  return (
    <Panel
      title="Where would a workload of this size go?"
      side={<span className="faint">an estimate of this browser</span>}
    >
      <div className="stack">
        <DemandFields draft={draft} onChange={change} />
        {read.isError && read.data === undefined ? (
          <Failure error={read.error} doing="read the inventory" again={() => void read.refetch()} />
        ) : answer === null || answer.kind === 'failure' ? (
          <Waiting lines={2} />
        ) : answer.kind === 'fault' ? (
          <p role="alert">{answer.message}</p>
        ) : (
          <>
            <SmallTable
              label="Where it would go"
              heads={['Policy', 'Node', 'Score', 'Runner-up', 'Had room']}
              numeric={[2, 4]}
              rows={answer.places.map((place) => ({
                key: place.policy,
                cells: [
                  <PolicyName key="policy" name={place.policy} ink={inks.get(place.policy)} />,
                  place.node === null ? (
                    <span key="node" title={place.message}>
                      {place.isKnown ? 'it would wait' : 'only a run can say'}
                    </span>
                  ) : (
                    <Link key="node" to={paths.node(place.node)} title={place.message}>
                      {place.node}
                    </Link>
                  ),
                  scoreText(place.total),
                  place.runnerUp === null
                    ? 'none'
                    : `${place.runnerUp.node} (${scoreText(place.runnerUp.total)})`,
                  `${whole(place.feasible)} of ${whole(place.considered)}`,
                ],
              }))}
            />
            <p className="faint">
              Worked out here in {answer.tookMs < 1 ? 'under 1' : whole(answer.tookMs)} ms, by the planner’s
              own filters and scores, on {count(read.data?.nodes.length ?? 0, 'node')} as they were read some
              seconds ago{read.data?.isWhole === false ? ', which are not all' : ''}.
            </p>
          </>
        )}
      </div>
    </Panel>
  )
}

function scoreText(total: number | null): string {
  if (total === null) return '–'
  return total < 0 ? `−${figures(-total)}` : figures(total)
}

const fields = ['cpuCores', 'memoryGib', 'diskGib', 'gpuCount', 'gpuMilli'] as const

/** `2,4,0,1,500`: the fields of a demand in the address. */
function draftWrite(draft: DemandDraft): string {
  return fields.map((field) => draft[field] ?? '').join(',')
}

function draftRead(text: string | null): DemandDraft {
  if (text === null) return demandEmpty
  const values = text.split(',').map((part) => (part === '' ? null : Number(part)))
  if (values.length !== fields.length || values.some((value) => value !== null && !(value >= 0)))
    return demandEmpty
  const [cpuCores = null, memoryGib = null, diskGib = null, gpuCount = null, gpuMilli = null] = values
  return { cpuCores, memoryGib, diskGib, gpuCount, gpuMilli }
}
