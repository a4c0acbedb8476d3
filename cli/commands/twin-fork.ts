/** The live inventory, or a scenario, under several policies, side by side: a run of the server, waited for and shown. */
import type { RunCreate } from '@orrery/api/run.ts'
import type { RunSource } from '@orrery/api/run-source.ts'
import { type Command, type Given, jsonFlag, quietFlag } from '../command.ts'
import { UsageError, exitCodes } from '../exit-code.ts'
import { operationFollow } from '../follow.ts'
import { instantParse } from '../instant.ts'
import { call } from '../request.ts'
import { runShow } from '../run-show.ts'
import { seedsOf } from '../twin-flags.ts'

export const twinForkCommand: Command = {
  words: ['twin', 'fork'],
  summary: 'try policies on a fork of the inventory or on a scenario, side by side',
  description:
    'The server forks the inventory of now, of an instant (--at), or of the beginning of a recorded time whose arrivals and departures then come again (--since, --until). With --scenario it takes nodes and work from a file instead (see `orrery twin run`), which is sent with the traces it names. Nothing live is touched. The run is kept: `orrery run why` tells why a workload went where it did, `orrery run plan` proposes its end as a plan.',
  examples: [
    'orrery twin fork --policy best-fit,fgd',
    'orrery twin fork --policy fgd --at 1h --anew',
    'orrery twin fork --policy best-fit --optimise consolidate --moves-max 20',
    'orrery twin fork --policy best-fit,worst-fit --since 2h --until 1h --seeds 1..5',
    'orrery twin fork --scenario scenario.yaml --policy best-fit,fgd',
  ],
  args: [],
  flags: [
    {
      name: 'policy',
      value: 'NAME',
      repeatable: true,
      description:
        'stored policies or algorithms (default: those of the scenario, or best-fit, worst-fit and fgd)',
    },
    { name: 'name', value: 'TEXT', description: 'what the run is called' },
    { name: 'at', value: 'INSTANT', description: 'start from the inventory as it was then' },
    {
      name: 'since',
      value: 'INSTANT',
      description: 'start as it was then, and let what was recorded happen again',
    },
    { name: 'until', value: 'INSTANT', description: 'the end of what was recorded (default: now)' },
    {
      name: 'scenario',
      value: 'FILE.yaml',
      description: 'start from this scenario: its nodes, its work, its horizon',
    },
    { name: 'horizon-seconds', value: 'N', description: 'simulated seconds' },
    { name: 'seeds', value: 'LIST', description: 'as 1, 1..5 or 1,7 (default: that of the scenario, or 1)' },
    { name: 'reject', description: 'turn away what finds no place at once' },
    { name: 'anew', description: 'place all work again, as if none stood anywhere' },
    {
      name: 'optimise',
      value: 'AIM',
      choices: ['consolidate', 'balance'],
      description: 'move what stands first: empty the least used nodes, or lower the highest use',
    },
    {
      name: 'evacuate',
      value: 'NODE',
      repeatable: true,
      description: 'move what stands on these nodes first',
    },
    { name: 'moves-max', value: 'N', description: 'of --optimise and --evacuate (default 100)' },
    {
      name: 'every-seconds',
      value: 'N',
      description: 'of --optimise and --evacuate: again whenever so many simulated seconds have passed',
    },
    jsonFlag,
    quietFlag,
  ],
  async run(cli, given) {
    const policies = given.texts('policy').flatMap((text) => text.split(',').map((name) => name.trim()))
    const name = given.text('name')
    const seeds = given.text('seeds')
    const scenario = given.text('scenario')
    const body: RunCreate = {
      ...(name === undefined ? {} : { name }),
      ...(policies.length === 0 ? {} : { policies }),
      ...(seeds === undefined ? {} : { seeds: seedsOf(seeds) }),
      ...(scenario === undefined
        ? forkOf(given, cli.io.now())
        : { source: await scenarioOf(given, scenario) }),
    }
    if (scenario === undefined) body.policies ??= policiesUsual
    const { id, operationId } = await call(cli, 'runCreate', { body })
    const quiet = given.on('quiet') === true
    await operationFollow(cli, operationId, quiet)
    const run = await call(cli, 'runView', { ref: id })
    if (given.on('json') === true) cli.print(JSON.stringify(run))
    else if (quiet) cli.print(run.name)
    else runShow(cli, run)
    return run.state === 'succeeded' ? exitCodes.ok.code : exitCodes.unsuccessful.code
  },
}

const policiesUsual = ['best-fit', 'worst-fit', 'fgd']

function forkOf(given: Given, nowMs: number): Partial<RunCreate> {
  const horizonSeconds = secondsOf('horizon-seconds', given.text('horizon-seconds'))
  return {
    source: sourceOf(given, nowMs),
    unplaced: given.on('reject') === true ? 'reject' : 'wait',
    anew: given.on('anew') === true,
    ...optimiseOf(given),
    ...(horizonSeconds === undefined ? {} : { horizonSeconds }),
  }
}

/** With the files that it names. What is wrong with it is told here already, by the name of its file. */
async function scenarioOf(given: Given, path: string): Promise<RunSource> {
  const other = ofForks.find((flag) => given.texts(flag).length > 0 || given.on(flag) === true)
  if (other !== undefined)
    throw new UsageError(`--${other} is for forks of the inventory; a scenario says for itself what it has`)
  const { scenarioLoad } = await import('./twin-scenario-run.ts')
  const { file, files } = await scenarioLoad(path)
  const sent = Object.fromEntries(files.map(({ name, text }) => [name, text]))
  return { kind: 'scenario', text: file.text, ...(files.length === 0 ? {} : { files: sent }) }
}

const ofForks = [
  'at',
  'since',
  'until',
  'horizon-seconds',
  'reject',
  'anew',
  'optimise',
  'evacuate',
  'moves-max',
  'every-seconds',
]

function optimiseOf(given: Given): Pick<RunCreate, 'optimise'> {
  const aim = given.text('optimise')
  const nodes = given.texts('evacuate').flatMap((text) => text.split(',').map((each) => each.trim()))
  const most = given.text('moves-max')
  const every = given.text('every-seconds')
  if (aim !== undefined && nodes.length > 0) throw new UsageError('give --optimise or --evacuate, not both')
  if (aim === undefined && nodes.length === 0) {
    for (const [name, value] of Object.entries({ 'moves-max': most, 'every-seconds': every }))
      if (value !== undefined) throw new UsageError(`--${name} needs --optimise or --evacuate`)
    return {}
  }
  const movesMax = most === undefined ? undefined : Number(most)
  if (movesMax !== undefined && !(Number.isInteger(movesMax) && movesMax > 0))
    throw new UsageError(`--moves-max must be a whole number above 0; got '${most}'`)
  const everySeconds = secondsOf('every-seconds', every)
  return {
    optimise: {
      // The flag's choices are the aims.
      aim: nodes.length > 0 ? 'evacuate' : (aim as 'consolidate' | 'balance'),
      ...(nodes.length > 0 ? { nodes } : {}),
      ...(movesMax === undefined ? {} : { movesMax }),
      ...(everySeconds === undefined ? {} : { everySeconds }),
    },
  }
}

function sourceOf(given: Given, nowMs: number): RunSource {
  const [at, since, until] = [given.text('at'), given.text('since'), given.text('until')]
  if (at !== undefined && (since !== undefined || until !== undefined))
    throw new UsageError('give --at for an instant, or --since and --until for a recorded time, not both')
  if (at !== undefined) return { kind: 'instant', at: instantOf('at', at, nowMs) }
  if (since === undefined && until !== undefined) throw new UsageError('--until needs a --since')
  if (since === undefined) return { kind: 'live' }
  return {
    kind: 'window',
    since: instantOf('since', since, nowMs),
    until: instantOf('until', until ?? 'now', nowMs),
  }
}

function instantOf(flag: string, text: string, nowMs: number): string {
  const instant = instantParse(text, nowMs)
  if (instant !== null) return instant
  throw new UsageError(
    `--${flag} must be an instant, as 2026-01-31T12:00:00Z, or how long ago, as 15m or 2h; got '${text}'`,
  )
}

function secondsOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (text.trim() !== '' && seconds > 0 && Number.isFinite(seconds)) return seconds
  throw new UsageError(`--${flag} must be a number above 0; got '${text}'`)
}
