/**
 * The configuration of an emulated world: its sites and hosts, how machines start and use what they have, and a script
 * of faults. Everything that happens follows from it, a seed and the time; see the other files of core/emulator.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { Capacity, bytesMax } from '@orrery/api/quantity.ts'
import { Labels, Name, Timestamp, nullable, oneOf, strict } from '@orrery/api/scalar.ts'
import { Geo, siteKinds } from '@orrery/api/site.ts'
import { type Static, Type } from 'typebox'
import { Default } from 'typebox/value'
import { schemaFault } from '../schema-fault.ts'

const secondsMax = 100 * 366 * 86_400
const Seconds = (description: string, fallback: number) =>
  Type.Number({ minimum: 0, maximum: secondsMax, default: fallback, description })
const Pattern = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'a name; `*` stands for any characters',
})

const Start = Type.Object(
  {
    meanSeconds: Seconds('a machine takes this long to start, on average', 20),
    deviationSeconds: Seconds('standard deviation of that', 8),
    failedShare: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'share of starts that fail',
    }),
  },
  { ...strict, default: {} },
)

const Power = Type.Object(
  {
    idleWatts: Type.Number({ minimum: 0, maximum: 1e6, default: 100 }),
    wattsPerCore: Type.Number({ minimum: 0, maximum: 1e4, default: 5, description: 'for each core in use' }),
    wattsPerGpu: Type.Number({
      minimum: 0,
      maximum: 1e5,
      default: 250,
      description: 'for each GPU given away',
    }),
  },
  { ...strict, default: {} },
)

const EmulatorNodes = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 150,
      description: 'each of several gets `-1`, `-2`, … after it',
    }),
    count: Type.Integer({ minimum: 1, maximum: 100_000, default: 1 }),
    kind: oneOf(['host', 'device']),
    capacity: Capacity,
    capabilities: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64, default: [] }),
    labels: Type.Unsafe<Static<typeof Labels>>({ ...Labels, default: {} }),
    power: Power,
    baseCpuShare: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.01,
      description: 'share the host itself uses',
    }),
    baseMemoryBytes: Type.Integer({ minimum: 0, maximum: bytesMax, default: 536_870_912 }),
  },
  strict,
)
export type EmulatorNodes = Static<typeof EmulatorNodes>

const hourly = (maximum: number, description: string) =>
  Type.Array(Type.Number({ minimum: 0, maximum }), { minItems: 24, maxItems: 24, description })

const EmulatorSite = Type.Object(
  {
    name: Name,
    kind: oneOf(siteKinds),
    geo: Type.Unsafe<Static<typeof Geo> | null>({ ...nullable(Geo), default: null }),
    carbonGramsPerKwh: hourly(10_000, 'at each full hour UTC; between them it changes evenly'),
    renewableShare: hourly(1, 'at each full hour UTC'),
    allowedRiskLevels: Type.Array(Type.Integer({ minimum: 0, maximum: 10 }), {
      maxItems: 11,
      default: [0, 1, 2, 3],
    }),
    links: Type.Array(
      Type.Object(
        {
          to: Name,
          latencyMs: Type.Number({ minimum: 0, maximum: 1e6 }),
          bandwidthMbps: Type.Number({ minimum: 0, maximum: 1e9 }),
        },
        strict,
      ),
      { maxItems: 1000, default: [] },
    ),
    nodes: Type.Array(EmulatorNodes, { maxItems: 1000 }),
  },
  strict,
)
export type EmulatorSite = Static<typeof EmulatorSite>

const window = {
  fromSeconds: Seconds('seconds after `startAt`', 0),
  untilSeconds: Type.Unsafe<number | null>({
    ...nullable(Type.Number({ minimum: 0, maximum: secondsMax })),
    default: null,
    description: 'null: it never ends',
  }),
}
const Fault = Type.Union([
  Type.Object(
    {
      fault: Type.Literal('slow-start'),
      workload: Pattern,
      delaySeconds: Seconds('on top of the usual', 120),
      ...window,
    },
    strict,
  ),
  Type.Object({ fault: Type.Literal('failed-start'), workload: Pattern, ...window }, strict),
  Type.Object({ fault: Type.Literal('lost-node'), node: Pattern, ...window }, strict),
  Type.Object(
    {
      fault: Type.Literal('flapping-node'),
      node: Pattern,
      periodSeconds: Type.Number({ exclusiveMinimum: 0, maximum: secondsMax, default: 600 }),
      downShare: Type.Number({
        minimum: 0,
        maximum: 1,
        default: 0.3,
        description: 'share of each period it is away',
      }),
      ...window,
    },
    strict,
  ),
])
export type EmulatorFault = Static<typeof Fault>

export const EmulatorConfig = Type.Object(
  {
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, default: 42 }),
    speed: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e9,
      default: 60,
      description: 'emulated seconds per second',
    }),
    startAt: Type.Unsafe<string>({
      ...Timestamp,
      default: '2026-01-05T08:00:00Z',
      description:
        'an RFC 3339 instant, as 2026-01-05T08:00:00Z: what the emulated clock shows when the world begins',
    }),
    sampleSeconds: Type.Number({
      minimum: 1,
      maximum: 86_400,
      default: 60,
      description: 'emulated seconds between samples',
    }),
    noise: Type.Number({ minimum: 0, maximum: 1, default: 0.15, description: 'how much usage jitters' }),
    start: Start,
    sites: Type.Array(EmulatorSite, { minItems: 1, maxItems: 1000 }),
    script: Type.Array(Fault, { maxItems: 1000, default: [] }),
  },
  { ...strict, description: 'An emulated continuum: deterministic from its seed, at any speed' },
)
export type EmulatorConfig = Static<typeof EmulatorConfig>

const nodesMax = 1_000_000

/** Fills in what is left out and checks the whole. Throws `invalid` with the place of the first fault. */
export function emulatorConfigParse(value: unknown): EmulatorConfig {
  const config: unknown = Default(EmulatorConfig, structuredClone(value))
  const fault = schemaFault(EmulatorConfig, config)
  if (fault !== null) throw invalid(fault)
  const parsed = config as EmulatorConfig // the schema found no fault in it
  distinct(
    'site',
    parsed.sites.map(({ name }) => name),
  )
  const sites = new Set(parsed.sites.map(({ name }) => name))
  for (const site of parsed.sites) {
    for (const { to } of site.links) {
      if (!sites.has(to))
        throw invalid(`site ${site.name} has a link to ${to}, which is not one of its sites`)
    }
  }
  const groups = parsed.sites.flatMap(({ nodes }) => nodes)
  if (groups.reduce((sum, { count }) => sum + count, 0) > nodesMax) {
    throw invalid(`more than ${nodesMax} nodes; ask for fewer`)
  }
  distinct('node', groups.flatMap(nodeNames))
  for (const each of parsed.script) {
    if (each.untilSeconds !== null && each.untilSeconds <= each.fromSeconds) {
      throw invalid(
        `a ${each.fault} ends at ${each.untilSeconds} s, not after it begins at ${each.fromSeconds} s`,
      )
    }
  }
  return parsed
}

/** The names of a group's nodes: its own, or numbered ones. */
export function nodeNames({ name, count }: Pick<EmulatorNodes, 'name' | 'count'>): string[] {
  return count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${index + 1}`)
}

/** What the emulated clock shows when the world begins, in seconds since 1970. */
export function startSeconds(config: Pick<EmulatorConfig, 'startAt'>): number {
  return Date.parse(config.startAt) / 1000
}

function distinct(noun: string, names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw invalid(`two ${noun}s are called ${name}; give each its own name`)
    seen.add(name)
  }
}

function invalid(message: string): OrreryError {
  return new OrreryError('invalid', `emulator configuration: ${message}`)
}
