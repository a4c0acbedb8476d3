import { NumberInput, Select, Switch, TextInput, useComputedColorScheme } from '@mantine/core'
import { useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { OrreryError } from '@orrery/api/errors.ts'
import type { RunCreate } from '@orrery/api/run.ts'
import type { RunScenario } from '@orrery/api/run-source.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { policyInks } from '../../charts/policy-ink.ts'
import { useAddressAhead } from '../../live/address.ts'
import { useCall, useChange } from '../../live/call.ts'
import { CopyText } from '../../look/copy-text.tsx'
import { Failure } from '../../look/failure.tsx'
import { Page } from '../../look/page.tsx'
import { Panel } from '../../look/panel.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { paths, refOf } from '../../paths.ts'
import { CopyAs } from '../../shell/copy-as.tsx'
import { asCommand, asScenarioCommand } from '../../words/command.ts'
import { count } from '../../words/quantity.ts'
import { labAsked, labDraft } from './draft.ts'
import { policiesUsual, policyOptions } from './policy-choice.ts'
import { PolicyFields } from './policy-fields.tsx'
import { Quick } from './quick.tsx'
import { ScenarioFields } from './scenario-fields.tsx'
import { scenarioKeep, scenarioKept } from './scenario-kept.ts'
import { SourceFields } from './source-fields.tsx'
import '../../actions/actions.css'
import './lab.css'

const noPolicies: [] = []

/** A new run: where it starts, under which policies, for how long. The whole form is in the address. */
export function Lab() {
  const [search, setSearch] = useAddressAhead()
  const navigate = useNavigate()
  const off = useActsOff('operator')
  const stored = useCall('policyList', { query: { limit: 1000 } })
  const items = stored.data?.items ?? noPolicies
  const draft = useMemo(() => labDraft(search), [search])
  const ofScenario = draft.source === 'scenario'
  // A scenario has its own.
  const chosen = useMemo(
    () => draft.policies ?? (ofScenario ? [] : policiesUsual(items)),
    [draft, items, ofScenario],
  )
  const [scenario, setScenario] = useState(scenarioKept)
  const scheme = useComputedColorScheme('light')
  const inks = useMemo(() => policyInks(chosen, scheme), [chosen, scheme])
  const create = useChange('runCreate')
  const { body, wrong } = labAsked(draft, chosen, scenario)
  // What is wrong with the scenario is told at its field.
  const faultOf = (error: unknown) =>
    ofScenario && error instanceof OrreryError && error.pointer?.startsWith('/source') === true
      ? error.message
      : null
  const write = (next: RunScenario) => {
    create.reset()
    scenarioKeep(next)
    setScenario(next)
  }
  const put = (change: Record<string, string | readonly string[]>) =>
    setSearch((before) => {
      const next = new URLSearchParams(before)
      for (const [key, value] of Object.entries(change)) {
        next.delete(key)
        if (typeof value !== 'string')
          for (const each of value.length === 0 ? [''] : value) next.append(key, each)
        else if (value !== '') next.set(key, value)
      }
      return next
    })
  const start = () => {
    if (body === null) return
    create.mutate({ body }, { onSuccess: (run) => void navigate(paths.run(refOf(run))) })
  }
  return (
    <Page
      title="Lab"
      beside={<span className="faint">a run on a copy; nothing live is touched</span>}
      actions={
        <>
          <Link className="link" to={paths.runs()}>
            All runs
          </Link>
          {body !== null && !ofScenario && <CopyAs operation="runCreate" input={{ body }} />}
        </>
      }
    >
      <div className="columns">
        <Panel title="New run">
          <div className="stack lab-form">
            <SourceFields draft={draft} onChange={put}>
              <ScenarioFields scenario={scenario} wrong={faultOf(create.error)} onChange={write} />
            </SourceFields>
            {stored.isPending ? (
              <Waiting />
            ) : (
              <PolicyFields
                options={policyOptions(items, chosen)}
                chosen={chosen}
                inks={inks}
                none={ofScenario ? 'those of the scenario' : null}
                onChange={(names) => put({ policy: names })}
              />
            )}
            <div className="form-grid">
              {!ofScenario && (
                <NumberInput
                  label="Horizon"
                  description="simulated time; empty for the window, or an hour"
                  suffix=" min"
                  min={0}
                  decimalScale={2}
                  value={draft.horizon === '' ? '' : Number(draft.horizon) / 60}
                  onChange={(value) => put({ horizon: value === '' ? '' : String(Number(value) * 60) })}
                />
              )}
              <TextInput
                label="Seeds"
                description="for policies that draw, as 1, 2 or 42-51"
                placeholder={ofScenario ? 'the scenario’s own' : '1'}
                value={draft.seeds}
                onChange={(event) => put({ seeds: event.currentTarget.value })}
              />
              {!ofScenario && (
                <Select
                  label="Work without room"
                  data={[
                    { value: 'wait', label: 'waits until there is room' },
                    { value: 'reject', label: 'is turned away' },
                  ]}
                  value={draft.unplaced}
                  onChange={(value) => put({ unplaced: value === 'reject' ? 'reject' : '' })}
                />
              )}
              <TextInput
                label="Name"
                placeholder="made up if empty"
                value={draft.name}
                onChange={(event) => put({ name: event.currentTarget.value })}
              />
            </div>
            {!ofScenario && (
              <Switch
                size="xs"
                label="Place all work anew"
                description="as if none stood anywhere yet: what the policy would make of it from the start"
                checked={draft.anew}
                onChange={(event) => put({ anew: event.currentTarget.checked ? 'yes' : '' })}
              />
            )}
          </div>
        </Panel>
        <div className="stack-wide lab-side">
          <Panel title="Start it">
            <div className="stack">
              <p>{body === null ? wrong : resultsWords(body, ofScenario)}</p>
              {create.isError && faultOf(create.error) === null && (
                <Failure error={create.error} doing="start the run" />
              )}
              <div>
                <ActButton off={off ?? wrong} variant="filled" loading={create.isPending} onAct={start}>
                  Start the run
                </ActButton>
              </div>
              {body !== null && (
                <div className="act-command">
                  <span className="faint">The same in a terminal</span>
                  <CopyText text={ofScenario ? asScenarioCommand(body) : asCommand('runCreate', { body })} />
                </div>
              )}
            </div>
          </Panel>
        </div>
        {!ofScenario && <Quick policies={chosen} stored={items} inks={inks} />}
      </div>
    </Page>
  )
}

function resultsWords({ policies, seeds }: RunCreate, ofScenario: boolean): string {
  const own = ofScenario && seeds === undefined
  if (policies === undefined)
    return `The scenario’s own policies ${own ? 'and seed' : `under ${count(seeds?.length ?? 1, 'seed')}`}.`
  const seedWords = own ? 'the scenario’s own seed' : count(seeds?.length ?? 1, 'seed')
  return `${count(policies.length * (seeds?.length ?? 1), 'result')}: ${count(policies.length, 'policy', 'policies')} under ${seedWords}.`
}
