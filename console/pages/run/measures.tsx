import { Button, Select } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { Run } from '@orrery/api/run.ts'
import { Panel } from '../../look/panel.tsx'
import { SmallTable } from '../../look/small-table.tsx'
import { csvLines, fileSave } from '../../table/export.ts'
import { PolicyName } from '../../charts/policy-name.tsx'
import { differenceText, isLevel, measureCounted, measureRows, measureText, measuresShown } from './words.ts'

type MeasuresProps = {
  run: Run
  inks: ReadonlyMap<string, string>
  base: string
  onBase: (policy: string) => void
}

/** Each measure as a row, each policy as a column; the best of a row says so, where more than noise is between them. */
export function Measures({ run, inks, base, onBase }: MeasuresProps) {
  const policies = run.measures[0]?.values.map(({ policy }) => policy) ?? []
  const known = policies.includes(base) ? base : (policies[0] ?? '')
  return (
    <Panel
      title="Measures"
      flush
      side={
        <span className="row">
          {policies.length > 1 && (
            <Select
              className="run-select"
              aria-label="Compared with"
              data={policies.map((policy) => ({ value: policy, label: `against ${policy}` }))}
              value={known}
              onChange={(value) => onBase(value ?? known)}
            />
          )}
          <Button
            size="compact-xs"
            leftSection={<IconDownload size={13} aria-hidden="true" />}
            onClick={() => fileSave(`${run.name}.csv`, 'text/csv', csvLines(measureRows(run.measures)))}
          >
            CSV
          </Button>
        </span>
      }
    >
      <SmallTable
        label="Measures by policy"
        heads={[
          'Measure',
          ...policies.map((policy) => (
            <span key={policy}>
              <PolicyName name={policy} ink={inks.get(policy)} />
              {policies.length > 1 && policy === known && ', compared with'}
            </span>
          )),
        ]}
        numeric={policies.map((_, at) => at + 1)}
        labels={['', ...policies]}
        rows={measuresShown(run.measures).map((measure) => {
          const level = isLevel(measure)
          const against = measure.values.find(({ policy }) => policy === known)?.mean ?? null
          return {
            key: measure.name,
            cells: [
              <span key="name" className="measure-name">
                {measure.title}{' '}
                <span className="faint">
                  {[measureCounted(measure.unit), `${measure.better} is better`].filter(Boolean).join(', ')}
                </span>
              </span>,
              ...measure.values.map(({ policy, mean, isBest }) => (
                <span key={policy} className="measure-value">
                  <span className={isBest && !level ? 'measure-best' : ''}>
                    {isBest && !level && <span className="measure-star">★ best</span>}{' '}
                    {measureText(mean, measure.unit)}
                  </span>
                  {policy !== known && (
                    <span className="measure-difference faint">
                      {differenceText(mean, against, measure.unit)}
                    </span>
                  )}
                </span>
              )),
            ],
          }
        })}
      />
      {run.seeds.length > 1 && <p className="panel-body faint">Means over {run.seeds.length} seeds.</p>}
    </Panel>
  )
}
