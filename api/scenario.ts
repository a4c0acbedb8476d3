/**
 * A scenario of the twin as people write it: small YAML with durations, sizes and shares in words. The published schema
 * (docs/scenario.schema.json) is made of this one; what a schema cannot say is checked in core/twin/scenario.
 */
import { type Static, type TSchema, Type } from 'typebox'
import { bytesMax, cpuCoresMax, gpusMax } from './quantity.ts'
import { optimiseAims } from './run.ts'
import { Labels, Name, oneOf, strict } from './scalar.ts'
import { siteKinds } from './site.ts'

const words = (pattern: string, minimum: number, maximum: number, description: string) =>
  Type.Unsafe<string | number>({ type: ['string', 'number'], pattern, minimum, maximum, description })

export const ScenarioDuration = words(
  '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d|w))+$',
  0,
  1e10,
  'a duration, as 90s, 10m, 1h30m or 2d; a number is seconds',
)
const Size = words(
  '^[0-9]+(\\.[0-9]+)? ?([bB]|[kKmMgGtT][bB]?|[pP][bB]|[kKmMgGtTpP][iI][bB])?$',
  0,
  bytesMax,
  'a size, as 512 MiB, 64 GiB or 1.5 TB; a number is bytes',
)
const Cores = words('^[0-9]+(\\.[0-9]+)?m?$', 0, cpuCoresMax, 'cores, as 4, 0.5 or 500m')
const Share = words('^(100|[0-9]{1,2})(\\.[0-9]+)?%$', 0, 1, 'a share, as 80%; a number is from 0 to 1')
const Times = (value: TSchema, description: string) =>
  Type.Unsafe<Record<string, string | number>>({
    type: 'object',
    minProperties: 1,
    maxProperties: 10_000,
    additionalProperties: value,
    description,
  })

const amount = (description: string) => Type.Number({ minimum: 0, maximum: 1e12, description })
const Every = Type.Optional(ScenarioDuration)
const Curve = (what: string) => {
  const value = amount(what)
  const steps = Type.Object(
    { every: Every, steps: Times(value, `${what} from each time on, as { 0h: 400, 8h: 150 }`) },
    strict,
  )
  return Type.Unsafe<number | Static<typeof steps>>({
    anyOf: [value, steps],
    description: `${what}: one number, or steps as { every: 24h, steps: { 0h: 400, 8h: 150 } }`,
  })
}

const PowerSaving = Type.Object(
  {
    sleepAfter: ScenarioDuration,
    wakeUp: Type.Optional(ScenarioDuration),
    sleepWatts: Type.Optional(amount('watts of a node that sleeps')),
  },
  {
    ...strict,
    description:
      'a node that has been empty for `sleepAfter` sleeps, and who is placed there waits for its `wakeUp`',
  },
)

const Site = Type.Object(
  {
    name: Name,
    kind: Type.Optional(oneOf(siteKinds)),
    carbonGramsPerKwh: Type.Optional(Curve('grams of CO2 equivalent per kWh')),
    pricePerKwh: Type.Optional(Curve('price of a kWh, in any one currency')),
    renewableShare: Type.Optional(Share),
    overcommitRatio: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1e6, description: 'how often capacity may be given away' }),
    ),
    power: Type.Optional(PowerSaving),
    links: Type.Optional(
      Type.Array(
        Type.Object(
          {
            to: Name,
            latencyMs: Type.Number({ minimum: 0, maximum: 1e6 }),
            bandwidthMbps: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9 })),
          },
          strict,
        ),
        { maxItems: 1000 },
      ),
    ),
  },
  { ...strict, description: 'a place with its own energy' },
)
export type ScenarioSite = Static<typeof Site>

const Watts = Type.Object(
  {
    idle: amount('watts of a node that does nothing'),
    peak: Type.Optional(amount('watts with all cores in use; idle unless told')),
    perGpu: Type.Optional(amount('watts more for each GPU given away; 0 unless told')),
  },
  strict,
)

export const ScenarioNodes = Type.Object(
  {
    name: Name,
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    site: Type.Optional(Name),
    cpuCores: Cores,
    memory: Size,
    disk: Type.Optional(Size),
    gpus: Type.Optional(Type.Integer({ minimum: 0, maximum: gpusMax })),
    gpuModel: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    labels: Type.Optional(Labels),
    capabilities: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 })),
    watts: Type.Optional(Watts),
  },
  { ...strict, description: 'alike nodes: of several, each has `-1`, `-2`, … after the name' },
)
export type ScenarioNodes = Static<typeof ScenarioNodes>

const demand = {
  cpuCores: Cores,
  memory: Size,
  disk: Type.Optional(Size),
  gpus: Type.Optional(Type.Integer({ minimum: 0, maximum: gpusMax })),
  gpuShare: Type.Optional(Share),
  gpuModels: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 32 })),
}
const ScenarioDemand = Type.Object(demand)
export type ScenarioDemand = Static<typeof ScenarioDemand>
const usageOf = (what: string) =>
  Type.Unsafe<string | number>({
    type: ['string', 'number'],
    minimum: 0,
    maximum: 1,
    minLength: 1,
    maxLength: 200,
    description: `the name of a usage curve, or a share as 40% or 0.4: of ${what}`,
  })
const place = {
  sites: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 1000 })),
  nodeLabels: Type.Optional(Labels),
  capabilities: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 })),
  antiAffinity: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  servedFrom: Type.Optional(Name),
  latencyMsMax: Type.Optional(Type.Number({ minimum: 0, maximum: 1e6 })),
  startUp: Type.Optional(ScenarioDuration),
  usage: Type.Optional(usageOf('its cores')),
  memoryUsage: Type.Optional(usageOf('its memory')),
}
const ScenarioPlace = Type.Object(place)
export type ScenarioPlace = Static<typeof ScenarioPlace>
const task = {
  ...demand,
  ...place,
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  every: Type.Optional(ScenarioDuration),
  runs: Type.Optional(ScenarioDuration),
}

export const ScenarioTask = Type.Object(
  { task: Name, at: Type.Optional(ScenarioDuration), ...task },
  { ...strict, description: 'a task, or several `every` so often; without `runs` it stays until the end' },
)
export type ScenarioTask = Static<typeof ScenarioTask>

export const ScenarioKind = Type.Object(
  {
    ...demand,
    ...place,
    name: Type.Optional(Name),
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9 })),
    runs: Type.Optional(ScenarioDuration),
    lives: Type.Optional(oneOf(['exponential', 'fixed'], '`runs` is the mean of them, or each one')),
  },
  strict,
)
export type ScenarioKind = Static<typeof ScenarioKind>

export const ScenarioPoisson = Type.Object(
  {
    poisson: Name,
    perHour: Type.Number({ exclusiveMinimum: 0, maximum: 1e9 }),
    from: Type.Optional(ScenarioDuration),
    until: Type.Optional(ScenarioDuration),
    mix: Type.Array(ScenarioKind, { minItems: 1, maxItems: 1000 }),
  },
  { ...strict, description: 'tasks that come independently of each other, so many an hour on average' },
)
export type ScenarioPoisson = Static<typeof ScenarioPoisson>

export const ScenarioTrace = Type.Object(
  {
    trace: Type.String({ minLength: 1, maxLength: 1000, description: 'a file beside this one' }),
    format: oneOf(['openb', 'orrery']),
  },
  { ...strict, description: 'tasks of a trace' },
)
export type ScenarioTrace = Static<typeof ScenarioTrace>

const UsageCurve = Type.Object(
  {
    since: Type.Optional(oneOf(['zero', 'start'], 'what the times count from: the scenario or the task')),
    every: Every,
    steps: Times(
      Share,
      'share of what was asked for that is in use from each time on, as { 0h: 20%, 8h: 80% }',
    ),
  },
  strict,
)
const UsageSeries = Type.Object(
  {
    series: Type.String({ minLength: 1, maxLength: 1000, description: 'a recording beside this file' }),
    cpuCores: Cores,
    memory: Type.Optional(Size),
  },
  strict,
)
const Usage = Type.Unsafe<string | number | Static<typeof UsageCurve> | Static<typeof UsageSeries>>({
  anyOf: [Share, UsageCurve, UsageSeries],
  description:
    'a share, steps as { every: 24h, steps: { 0h: 20%, 8h: 80% } }, or { series: FILE, cpuCores: cores of the machine, memory: its memory }',
})
export type ScenarioUsage = Static<typeof Usage>

const at = { at: ScenarioDuration }
/** By the key that says what happens. */
export const scenarioEvents = {
  fail: Type.Object({ ...at, fail: Name }, { ...strict, description: 'a node fails and loses its tasks' }),
  recover: Type.Object({ ...at, recover: Name }, { ...strict, description: 'a failed node is back' }),
  drain: Type.Object(
    { ...at, drain: Name, movesAtOnce: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) },
    { ...strict, description: 'a node takes nothing new, and its tasks move away' },
  ),
  open: Type.Object({ ...at, open: Name }, { ...strict, description: 'a drained node takes tasks again' }),
  resize: Type.Object(
    { ...at, resize: Name, ...demand },
    { ...strict, description: 'a task asks for something else' },
  ),
  arrive: Type.Object({ ...at, arrive: Name, ...task }, { ...strict, description: 'a task comes' }),
} as const
export type ScenarioEvents = { [Key in keyof typeof scenarioEvents]: Static<(typeof scenarioEvents)[Key]> }

const PolicyChoice = Type.Unsafe<
  string | { algorithm: string; name?: string; weights?: Record<string, number> }
>({
  anyOf: [
    Type.String({ minLength: 1, maxLength: 64 }),
    Type.Object(
      {
        algorithm: Type.String({ minLength: 1, maxLength: 64 }),
        name: Type.Optional(Name),
        weights: Type.Optional(Type.Record(Type.String(), Type.Number({ minimum: -1000, maximum: 1000 }))),
      },
      strict,
    ),
  ],
  description: 'a policy by name, or { algorithm: weighted, weights: { spread: 1 } }',
})

const head = {
  name: Name,
  description: Type.Optional(Type.String({ maxLength: 4000 })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
  horizon: ScenarioDuration,
  unplaced: Type.Optional(oneOf(['wait', 'reject'], 'what becomes of a task that no node has room for')),
  startUp: Type.Optional(ScenarioDuration),
  power: Type.Optional(PowerSaving),
  migration: Type.Optional(
    Type.Object(
      {
        withinSiteMbps: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9 })),
        betweenSitesMbps: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9 })),
        setup: Type.Optional(ScenarioDuration),
      },
      { ...strict, description: 'what memory and disk of a task are copied with, and the time before that' },
    ),
  ),
  reoptimise: Type.Optional(
    Type.Object(
      {
        aim: oneOf(optimiseAims),
        every: ScenarioDuration,
        movesMax: Type.Optional(
          Type.Integer({ minimum: 0, maximum: 10_000, description: 'each time; without it 100' }),
        ),
        nodes: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 1000 })),
      },
      {
        ...strict,
        description:
          'moves to better places every so often: `consolidate` empties the least used nodes, `balance` lowers the highest use, `evacuate` empties `nodes`',
      },
    ),
  ),
  sites: Type.Optional(Type.Array(Site, { minItems: 1, maxItems: 1000 })),
  nodes: Type.Array(ScenarioNodes, { minItems: 1, maxItems: 10_000 }),
  usage: Type.Optional(
    Type.Unsafe<Record<string, ScenarioUsage>>({
      type: 'object',
      additionalProperties: Usage,
      description: 'curves of usage by name',
    }),
  ),
  policies: Type.Optional(Type.Array(PolicyChoice, { minItems: 1, maxItems: 100 })),
  sweep: Type.Optional(
    Type.Unsafe<Record<string, unknown[]>>({
      type: 'object',
      additionalProperties: { type: 'array', minItems: 1, maxItems: 1000 },
      description:
        'values to try, by where they stand, as { startUp: [0s, 30s], nodes.worker.count: [4, 8] }',
    }),
  ),
}

/** The whole, but for arrivals and events: each of those has a schema of its own, by its first key. */
export const ScenarioHead = Type.Object(
  {
    ...head,
    arrivals: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 100_000 })),
    events: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 100_000 })),
  },
  strict,
)
export type ScenarioHead = Static<typeof ScenarioHead>

/** By the key that says what comes. */
export const scenarioArrivals = {
  task: ScenarioTask,
  poisson: ScenarioPoisson,
  trace: ScenarioTrace,
} as const

/** As it is published. */
export const ScenarioFile = Type.Object(
  {
    ...head,
    arrivals: Type.Optional(Type.Array(Type.Union(Object.values(scenarioArrivals)), { maxItems: 100_000 })),
    events: Type.Optional(Type.Array(Type.Union(Object.values(scenarioEvents)), { maxItems: 100_000 })),
  },
  { ...strict, title: 'A scenario of the Orrery twin' },
)
