/** The measurements of one node or workload: live at the right end, or as they were up to an instant of the past. */
import { Button, SegmentedControl } from '@mantine/core'
import { IconTable } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { Demand } from '@orrery/api/quantity.ts'
import type { SampleField } from '@orrery/api/sample.ts'
import { useKeys } from '../keys/keys.tsx'
import { useAddressAhead, withEntry } from '../live/address.ts'
import { useCall } from '../live/call.ts'
import { useHere } from '../live/here.ts'
import { useNow } from '../live/now.ts'
import { Failure } from '../look/failure.tsx'
import { Panel } from '../look/panel.tsx'
import { bytes, bytesPerSecond, figures, watts } from '../words/quantity.ts'
import { span } from '../words/time.ts'
import { Chart, type Line } from './chart.tsx'
import { type ChartRange, chartRanges, sampleWindow, seriesColumns, withLimit } from './series.ts'

type MetricsProps = {
  subjectId: string
  /** what it may use: drawn as a line beside the use */
  limit: Pick<Demand, 'cpuCores' | 'memoryBytes'>
  limitWord: string
}

type Drawn = {
  title: string
  fields: readonly SampleField[]
  names: readonly string[]
  limit: number | null
  unit: (value: number | null) => string
}

const coresShort = (value: number | null) => (value === null ? '–' : `${figures(value)} cores`)

export function Metrics({ subjectId, limit, limitWord }: MetricsProps) {
  const { at } = useHere()
  const now = useNow()
  const [search, setSearch] = useAddressAhead()
  const range: ChartRange = chartRanges.find((each) => each === search.get('range')) ?? '15 min'
  const table = search.get('as') === 'table'
  const swap = () =>
    setSearch((before) => withEntry('as', before.get('as') === 'table' ? '' : 'table')(before))
  useKeys([{ keys: 't', does: 'Charts as tables and back', run: swap }])

  const { sinceMs, untilMs, stepSeconds } = sampleWindow(range, at === null ? now : Date.parse(at))
  const samples = useCall(
    'sampleList',
    {
      query: {
        subject: subjectId,
        since: new Date(sinceMs).toISOString(),
        ...(at === null ? {} : { until: at }),
        stepSeconds,
        aggregate: 'mean',
        order: 'asc',
        limit: 2000,
      },
    },
    { keep: true, ...(at === null ? { everyMs: Math.min(15_000, Math.max(2000, stepSeconds * 500)) } : {}) },
  )
  const drawn: readonly Drawn[] = [
    { title: 'CPU', fields: ['cpuCores'], names: ['used'], limit: limit.cpuCores, unit: coresShort },
    { title: 'Memory', fields: ['memoryBytes'], names: ['used'], limit: limit.memoryBytes, unit: bytes },
    {
      title: 'Disk',
      fields: ['diskReadBytesPerSecond', 'diskWriteBytesPerSecond'],
      names: ['read', 'write'],
      limit: null,
      unit: bytesPerSecond,
    },
    {
      title: 'Network',
      fields: ['netRxBytesPerSecond', 'netTxBytesPerSecond'],
      names: ['received', 'sent'],
      limit: null,
      unit: bytesPerSecond,
    },
    { title: 'Power', fields: ['powerWatts'], names: ['drawn'], limit: null, unit: watts },
  ]
  return (
    <Panel
      title="Measurements"
      flush
      side={
        <span className="row">
          <span className="faint metrics-step">mean of every {span(stepSeconds)}</span>
          <SegmentedControl
            size="xs"
            aria-label="Range"
            data={[...chartRanges]}
            value={range}
            onChange={(value) => setSearch(withEntry('range', value))}
          />
          <Button
            size="compact-xs"
            aria-pressed={table}
            onClick={swap}
            leftSection={<IconTable size={13} aria-hidden="true" />}
          >
            Table
          </Button>
        </span>
      }
    >
      {samples.isError && samples.data === undefined ? (
        <div className="panel-body">
          <Failure error={samples.error} doing="read the measurements" again={() => void samples.refetch()} />
        </div>
      ) : (
        <div className="charts">
          {drawn.map((each) => (
            <Drawing
              key={each.title}
              drawn={each}
              limitWord={limitWord}
              samples={samples.data?.samples ?? []}
              stepSeconds={stepSeconds}
              fromSeconds={sinceMs / 1000}
              toSeconds={untilMs / 1000}
              sync={subjectId}
              table={table}
            />
          ))}
        </div>
      )}
    </Panel>
  )
}

type DrawingProps = {
  drawn: Drawn
  limitWord: string
  samples: Parameters<typeof seriesColumns>[0]
  stepSeconds: number
  fromSeconds: number
  toSeconds: number
  sync: string
  table: boolean
}

function Drawing({
  drawn,
  limitWord,
  samples,
  stepSeconds,
  fromSeconds,
  toSeconds,
  sync,
  table,
}: DrawingProps) {
  const { fields, limit } = drawn
  const fieldNames = fields.join()
  const data = useMemo(
    () =>
      withLimit(
        seriesColumns(samples, fieldNames.split(',') as SampleField[], stepSeconds),
        limit,
        fromSeconds,
        toSeconds,
      ),
    [samples, fieldNames, stepSeconds, limit, fromSeconds, toSeconds],
  )
  const lines: Line[] = [
    ...drawn.names.map((label, index): Line => ({ label, ink: index === 0 ? 'accent' : 'grey' })),
    ...(limit === null ? [] : [{ label: limitWord, ink: 'dash' as const }]),
  ]
  return (
    <Chart
      title={drawn.title}
      lines={lines}
      data={data}
      unit={drawn.unit}
      binary={drawn.fields.some((field) => field.includes('Bytes'))}
      fromSeconds={fromSeconds}
      toSeconds={toSeconds}
      sync={sync}
      table={table}
    />
  )
}
