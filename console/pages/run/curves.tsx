import type { RunDetail } from '@orrery/api/run.ts'
import { Curve } from '../../charts/curve.tsx'
import { Panel } from '../../look/panel.tsx'
import { figures, nothing, percent } from '../../words/quantity.ts'

const tasks = (value: number | null) => (value === null ? nothing : figures(value))

const drawn: readonly { name: string; title: string; unit: (value: number | null) => string }[] = [
  { name: 'gpu', title: 'GPU allocated', unit: percent },
  { name: 'cpu', title: 'CPU allocated', unit: percent },
  { name: 'memory', title: 'Memory allocated', unit: percent },
  { name: 'fragmentShare', title: 'Idle GPUs of no use', unit: percent },
  { name: 'waiting', title: 'Waiting', unit: tasks },
  { name: 'running', title: 'Running', unit: tasks },
]

type CurvesProps = {
  runId: string
  details: readonly RunDetail[]
  inks: ReadonlyMap<string, string>
  seed: number
  table: boolean
}

/** One chart per series, one line per policy; what no node has is left out. */
export function Curves({ runId, details, inks, seed, table }: CurvesProps) {
  const seconds = details[0]?.curve['seconds'] ?? []
  const shown = drawn.filter(({ name }) =>
    details.some(({ curve }) => curve[name]?.some((value) => value !== null) === true),
  )
  return (
    <Panel title="Over time" flush side={<span className="faint">seed {seed}, simulated time</span>}>
      <div className="charts curves">
        {shown.map(({ name, title, unit }) => (
          <Curve
            key={name}
            title={title}
            seconds={seconds.map((second) => second ?? 0)}
            lines={details.map(({ policy, curve }) => ({
              name: policy,
              ink: inks.get(policy) ?? '#808080',
              values: curve[name] ?? [],
            }))}
            unit={unit}
            sync={runId}
            table={table}
          />
        ))}
      </div>
    </Panel>
  )
}
