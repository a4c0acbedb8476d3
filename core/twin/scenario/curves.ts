/** Values over time in a scenario: carbon and prices of sites, usage of tasks. */
import type { ScenarioHead, ScenarioSite, ScenarioUsage } from '@orrery/api/scenario.ts'
import { sampleFields } from '@orrery/api/sample.ts'
import { durationParse } from '../../quantity.ts'
import { seriesParse } from '../../trace/series.ts'
import { type Steps, stepsConstant, stepsOf } from '../simulation/steps.ts'
import type { UsageProfile, UsedResource } from '../simulation/usage.ts'
import type { Reading } from './reading.ts'
import { bytesOf, coresOf, secondsOf, shareOf } from './words.ts'
import type { Path } from './yaml.ts'

export function curveRead(
  reading: Reading,
  path: Path,
  curve: ScenarioSite['carbonGramsPerKwh'],
): Steps | undefined {
  if (curve === undefined) return undefined
  return typeof curve === 'number' ? stepsConstant(curve) : stepsRead(reading, path, curve)
}

/** What tasks use of one resource: the named usages that they may refer to, and those that they write down as a share. */
export type Usages = {
  resource: UsedResource
  given: NonNullable<ScenarioHead['usage']>
  profiles: UsageProfile[]
  byName: Map<string, number>
}

/** Of cores all that is named is read; of memory what a task refers to, for a recording need not tell of it. */
export function usagesRead(
  reading: Reading,
  resource: UsedResource,
  given: ScenarioHead['usage'] = {},
): Usages {
  const usages: Usages = { resource, given, profiles: [], byName: new Map() }
  if (resource === 'cpu') for (const name of Object.keys(given)) namedRead(reading, usages, name)
  return usages
}

/** The index of the profile that a task names or says. */
export function usageOf(reading: Reading, usages: Usages, path: Path, usage: string | number): number {
  const isShare = typeof usage === 'number' || /^[0-9.]+%$/.test(usage)
  const known = usages.byName.get(String(usage))
  if (known !== undefined) return known
  if (Object.hasOwn(usages.given, usage)) return namedRead(reading, usages, String(usage))
  const share = isShare ? shareOf(usage) : Number.NaN
  if (!(share >= 0 && share <= 1)) {
    const names = Object.keys(usages.given).join(', ')
    reading.refuse(
      path,
      `there is no usage ${usage}; ${names === '' ? 'name one under `usage`, or write a share as 40%' : `there are ${names}`}`,
    )
  }
  usages.byName.set(String(usage), usages.profiles.length)
  return usages.profiles.push({ share: stepsConstant(share), since: 'zero' }) - 1
}

function namedRead(reading: Reading, usages: Usages, name: string): number {
  const usage = usages.given[name] ?? 0
  usages.byName.set(name, usages.profiles.length)
  return usages.profiles.push(profileRead(reading, ['usage', name], usage, usages.resource)) - 1
}

function profileRead(
  reading: Reading,
  path: Path,
  usage: ScenarioUsage,
  resource: UsedResource,
): UsageProfile {
  if (typeof usage !== 'object') return { share: stepsConstant(shareOf(usage)), since: 'zero' }
  if ('series' in usage) return { share: seriesRead(reading, path, usage, resource), since: 'start' }
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

type WrittenSeries = { series: string; cpuCores: string | number; memory?: string | number | undefined }

/** A recording as shares of the machine's cores or memory; after its end it begins anew. */
function seriesRead(
  reading: Reading,
  path: Path,
  { series, ...machine }: WrittenSeries,
  resource: UsedResource,
): Steps {
  const file = reading.fileOf([...path, 'series'], series)
  const cpuCores = coresOf(machine.cpuCores)
  if (!(cpuCores > 0)) reading.refuse([...path, 'cpuCores'], 'the recorded machine must have cores')
  const whole = resource === 'cpu' ? cpuCores : bytesOf(machine.memory ?? 0)
  if (!(whole > 0)) {
    reading.refuse(path, 'a task uses memory as recorded here: say how much `memory` the machine had')
  }
  const { rows, badRows, fields } = seriesParse(file, { cpuCores })
  const [bad] = badRows
  if (bad !== undefined) reading.refuse(path, `${bad.file}:${bad.line}: ${bad.message}`)
  const [first, second] = rows
  const field = resource === 'cpu' ? 'cpuCores' : 'memoryBytes'
  if (first === undefined || !fields.includes(field)) {
    reading.refuse(
      path,
      `${file.name} does not say how ${resource === 'cpu' ? 'many cores were' : 'much memory was'} in use`,
    )
  }
  const column = sampleFields.indexOf(field)
  const pairs = rows.map(({ atMicros, values }): [number, number] => [
    (atMicros - first.atMicros) / 1e6,
    Math.min(1, (values[column] ?? 0) / whole),
  ])
  const last = pairs.at(-1)?.[0] ?? 0
  // The last value lasts as long as the first did.
  const span =
    second === undefined ? Number.POSITIVE_INFINITY : last + (second.atMicros - first.atMicros) / 1e6
  return stepsOf(pairs, span)
}
