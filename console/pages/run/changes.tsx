import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'
import type { RunDetail } from '@orrery/api/run.ts'
import { Panel } from '../../look/panel.tsx'
import { SmallTable, hiddenWord } from '../../look/small-table.tsx'
import { paths } from '../../paths.ts'
import { useAddressAhead, withEntry } from '../../live/address.ts'
import { csvLines, fileSave } from '../../table/export.ts'
import { count, whole } from '../../words/quantity.ts'
import { changesFound, changesNamed } from './changes-found.ts'

type ChangesProps = { runName: string; detail: RunDetail; onWhy: (workload: string) => void }

const pageRows = 20

/** Who stands elsewhere at the end of a result than where the run began. */
export function RunChanges({ runName, detail, onWhy }: ChangesProps) {
  const [search, setSearch] = useAddressAhead()
  const [shown, setShown] = useState(pageRows)
  const words = search.get('find') ?? ''
  const named = changesNamed(detail)
  const found = changesFound(named, words)
  return (
    <Panel
      title={`Changes under ${detail.policy}`}
      flush
      side={
        <span className="row">
          <span className="faint">
            {count(detail.changeCount, 'change')}, {whole(detail.waitingCount)} waiting at the end
          </span>
          <Button
            size="compact-xs"
            onClick={() =>
              fileSave(
                `${runName} ${detail.policy} changes.csv`,
                'text/csv',
                csvLines([
                  ['workload', 'from', 'to'],
                  ...named.map((each) => [each.name, each.from, each.to]),
                ]),
              )
            }
          >
            CSV
          </Button>
        </span>
      }
    >
      <div className="run-find">
        <TextInput
          aria-label="Find among the changes"
          placeholder="Find a workload or a node"
          value={words}
          onChange={(event) => {
            setShown(pageRows)
            setSearch(withEntry('find', event.currentTarget.value))
          }}
        />
        <AskWhy what="Any workload" onWhy={onWhy} />
      </div>
      {found.length === 0 ? (
        <p className="panel-body faint">
          {named.length === 0
            ? 'At the end everything stands where it stood.'
            : 'No change has that in its name.'}
        </p>
      ) : (
        <SmallTable
          label="Changes"
          heads={['Workload', 'From', 'To', hiddenWord('Decision')]}
          rows={found.slice(0, shown).map((change) => ({
            key: change.id,
            cells: [
              <Link key="workload" to={paths.workload(change.name)}>
                {change.name}
              </Link>,
              <Named key="from" name={change.from} none="waiting" />,
              <Named key="to" name={change.to} none="no place" />,
              <Button key="why" size="compact-xs" onClick={() => onWhy(change.name)}>
                Why
              </Button>,
            ],
          }))}
        />
      )}
      {found.length > shown && (
        <p className="panel-body row">
          <Button size="compact-xs" onClick={() => setShown(shown + pageRows * 4)}>
            Show more
          </Button>
          <span className="faint">
            {whole(shown)} of {whole(found.length)}
          </span>
        </p>
      )}
      {detail.changes.length < detail.changeCount && (
        <p className="panel-body faint">The first {whole(detail.changes.length)} were kept.</p>
      )}
    </Panel>
  )
}

/** Of a scenario nothing stood anywhere before, and there are no changes: only questions. */
export function TaskWhy({ detail, onWhy }: Pick<ChangesProps, 'detail' | 'onWhy'>) {
  return (
    <Panel
      title={`Tasks under ${detail.policy}`}
      side={<span className="faint">{whole(detail.waitingCount)} waiting at the end</span>}
    >
      <AskWhy what="A task, as jobs-small#4" onWhy={onWhy} />
    </Panel>
  )
}

function Named({ name, none }: { name: string | null; none: string }) {
  return name === null ? <span className="faint">{none}</span> : <Link to={paths.node(name)}>{name}</Link>
}

/** Any workload of the run may be asked after, also one that waits or that came and went. */
function AskWhy({ what, onWhy }: { what: string; onWhy: (workload: string) => void }) {
  const [workload, setWorkload] = useState('')
  const ask = (event: FormEvent) => {
    event.preventDefault()
    if (workload.trim() !== '') onWhy(workload.trim())
  }
  return (
    <form className="row" onSubmit={ask}>
      <TextInput
        aria-label="Why is this workload where it is"
        placeholder={what}
        value={workload}
        onChange={(event) => setWorkload(event.currentTarget.value)}
      />
      <Button type="submit">Ask why</Button>
    </form>
  )
}
