/** Scenario files: written by hand, checked, and run under policies, seeds and the values of a sweep. */
import { type Command, quietFlag } from '../command.ts'
import { seedsOf } from '../twin-flags.ts'

const scenarioArgument = {
  name: 'SCENARIO.yaml',
  required: true,
  description: 'see docs/twin.md for what is in it',
}

export const twinRunCommand: Command = {
  words: ['twin', 'run'],
  summary: 'run a scenario file under its policies, side by side',
  description:
    'It runs here, over all cores; no server is asked (`orrery twin fork --scenario` runs it on the server, where the run is kept). Policies and the seed are those of the file unless they are given; the values under `sweep` are tried one with the other. With --out each finished run is a line of that file, and what is there already is not run again: a sweep that was stopped goes on where it was.',
  examples: [
    'orrery twin run scenario.yaml',
    'orrery twin run scenario.yaml --policy best-fit,fgd --seeds 1..5 --out runs.ndjson',
    'orrery twin run scenario.yaml --events',
  ],
  args: [scenarioArgument],
  flags: [
    {
      name: 'policy',
      value: 'NAME',
      repeatable: true,
      description: 'of the file’s own or of `orrery twin compare`; without it the file’s',
    },
    { name: 'seeds', value: 'LIST', description: 'as 1, 1..5 or 1,7 (default: the file’s seed)' },
    { name: 'out', value: 'FILE.ndjson', description: 'keep each run there, and skip those that are there' },
    { name: 'events', description: 'tell everything that happens, and when' },
    { name: 'json', description: 'print every run, with its curves, as JSON' },
    quietFlag,
  ],
  async run(cli, given) {
    const seeds = given.text('seeds')
    const asked = {
      path: given.args[0] ?? '',
      seeds: seeds === undefined ? null : seedsOf(seeds),
      out: given.text('out') ?? null,
    }
    // The simulator is loaded by those who run it, not with every command.
    const { scenarioRun } = await import('./twin-scenario-run.ts')
    return scenarioRun(cli, given, asked)
  },
}

export const twinCheckCommand: Command = {
  words: ['twin', 'check'],
  summary: 'check a scenario file without running it',
  description:
    'Says what is in it, or what is wrong: the line, and what would be right. Every value of a sweep is checked too. Editors check while you write with docs/scenario.schema.json.',
  examples: ['orrery twin check scenario.yaml'],
  args: [scenarioArgument],
  flags: [quietFlag],
  async run(cli, given) {
    const { scenarioCheck } = await import('./twin-scenario-run.ts')
    return scenarioCheck(cli, given, given.args[0] ?? '')
  },
}
