/** Values over time in a scenario: carbon and prices of sites, usage of tasks. */
import type { ScenarioHead, ScenarioSite, ScenarioUsage } from '@orrery/api/scenario.ts'
import { durationParse } from '../../quantity.ts'
import type { TraceFile } from '../../trace/csv.ts'
import { seriesParse } from '../../trace/series.ts'
import { type Steps, stepsConstant, stepsOf } from '../simulation/steps.ts'
import type { UsageProfile } from '../simulation/usage.ts'
import type { Reading } from './reading.ts'
import { coresOf, secondsOf, shareOf } from './words.ts'
import type { Path } from './yaml.ts'

export function curveRead(
  reading: Reading,
  path: Path,
  curve: ScenarioSite['carbonGramsPerKwh'],
): Steps | undefined {
  if (curve === undefined) return undefined
  return typeof curve === 'number' ? stepsConstant(curve) : stepsRead(reading, path, curve)
}

/** The named usages, and those that tasks write down as a share. */
export type Usages = { profiles: UsageProfile[]; byName: Map<string, number> }

export function usagesRead(reading: Reading, given: ScenarioHead['usage']): Usages {
  const usages: Usages = { profiles: [], byName: new Map() }
  for (const [name, usage] of Object.entries(given ?? {})) {
    usages.byName.set(name, usages.profiles.length)
    usages.profiles.push(profileRead(reading, ['usage', name], usage))
  }
  return usages
}

/** The index of the profile that a task names or says. */
export function usageOf(reading: Reading, usages: Usages, path: Path, usage: string | number): number {
  const isShare = typeof usage === 'number' || /^[0-9.]+%$/.test(usage)
  const known = usages.byName.get(String(usage))
  if (known !== undefined) return known
  const share = isShare ? shareOf(usage) : Number.NaN
  if (!(share >= 0 && share <= 1)) {
    const names = [...usages.byName.keys()].join(', ')
    reading.refuse(
      path,
      `there is no usage ${usage}; ${names === '' ? 'name one under `usage`, or write a share as 40%' : `there are ${names}`}`,
    )
  }
  usages.byName.set(String(usage), usages.profiles.length)
  return usages.profiles.push({ share: stepsConstant(share), since: 'zero' }) - 1
}

function profileRead(reading: Reading, path: Path, usage: ScenarioUsage): UsageProfile {
  if (typeof usage !== 'object') return { share: stepsConstant(shareOf(usage)), since: 'zero' }
  if ('series' in usage) {
    const file = reading.fileOf([...path, 'series'], usage.series)
    return { share: seriesShare(reading, path, file, coresOf(usage.cpuCores)), since: 'start' }
  }
  return { share: stepsRead(reading, path, usage), since: usage.since ?? 'zero' }
}

type WrittenSteps = {
  every?: string | number | undefined
  steps: Readonly<Record<string, string | number>>
}

function stepsRead(reading: Reading, path: Path, { every, steps }: WrittenSteps): Steps {
  const period = every === undefined ? Number.POSITIVE_INFINITY : secondsOf(every)
  if (period <= 0) reading.refuse([...path, 'every'], '`every` must be longer than nothing, as 24h')
  const pairs = Object.entries(steps)
    .map(([time, value]) => {
      const seconds = durationParse(time) ?? (time === '0' ? 0 : Number.NaN)
      if (Number.isNaN(seconds)) {
        reading.refuse([...path, 'steps', time], `${time} is not a time; write it as 0h, 90s or 8h30m`)
      }
      if (seconds >= period) {
        reading.refuse(
          [...path, 'steps', time],
          `${time} is not before the curve begins anew, after ${every}`,
        )
      }
      return [seconds, shareOf(value), time] as const
    })
    .toSorted(([a], [b]) => a - b)
  pairs.forEach(([seconds, , time], at) => {
    if (at === 0 && seconds !== 0) reading.refuse([...path, 'steps'], 'the first step must be at 0s')
    if (at > 0 && pairs[at - 1]?.[0] === seconds) {
      reading.refuse([...path, 'steps', time], `two steps are at ${time}`)
    }
  })
  return stepsOf(
    pairs.map(([seconds, value]) => [seconds, value]),
    period,
  )
}

/** A recording as shares of the machine's cores; after its end it begins anew. */
function seriesShare(reading: Reading, path: Path, file: TraceFile, cpuCores: number): Steps {
  if (!(cpuCores > 0)) reading.refuse([...path, 'cpuCores'], 'the recorded machine must have cores')
  const { rows, badRows, fields } = seriesParse(file, { cpuCores })
  const [bad] = badRows
  if (bad !== undefined) reading.refuse(path, `${bad.file}:${bad.line}: ${bad.message}`)
  const [first, second] = rows
  if (first === undefined || !fields.includes('cpuCores')) {
    reading.refuse(path, `${file.name} does not say how many cores were in use`)
  }
  const pairs = rows.map(({ atMicros, values: [cores] }): [number, number] => [
    (atMicros - first.atMicros) / 1e6,
    Math.min(1, (cores ?? 0) / cpuCores),
  ])
  const last = pairs.at(-1)?.[0] ?? 0
  // The last value lasts as long as the first did.
  const span =
    second === undefined ? Number.POSITIVE_INFINITY : last + (second.atMicros - first.atMicros) / 1e6
  return stepsOf(pairs, span)
}
