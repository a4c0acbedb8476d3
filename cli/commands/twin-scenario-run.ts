/** The runs of `orrery twin run`, and what `orrery twin check` says. */
import { basename, dirname, resolve } from 'node:path'
import { policies } from '@orrery/core/policy/policies.ts'
import { durationShow } from '@orrery/core/quantity.ts'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import type { Scenario } from '@orrery/core/twin/scenario/model.ts'
import {
  type ScenarioSource,
  policyNamed,
  scenarioFiles,
  scenarioOpen,
  scenarioRead,
} from '@orrery/core/twin/scenario/read.ts'
import { storyTell } from '@orrery/core/twin/scenario/story.ts'
import { type Combination, combinationKey, combinationsOf } from '@orrery/core/twin/scenario/sweep.ts'
import { fileRead } from '../body.ts'
import type { Cli, Given } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { progressLine } from '../progress.ts'
import { type Finished, type ScenarioLog, combinationsLeft, scenarioLogOpen } from '../scenario-log.ts'
import { combinationsRun } from '../scenario-pool.ts'
import { policiesChosen } from '../twin-flags.ts'
import { resultsPrint } from './twin-results.ts'

export type ScenarioAsked = {
  path: string
  seeds: readonly number[] | null
  out: string | null
}

type Opened = { file: TraceFile; files: TraceFile[]; source: ScenarioSource; scenario: Scenario }

/** The exit code. */
export async function scenarioRun(cli: Cli, given: Given, asked: ScenarioAsked): Promise<number> {
  const opened = await scenarioLoad(asked.path)
  const { scenario, source } = opened
  const seeds = asked.seeds ?? [scenario.seed]
  const own = scenario.policies.map(({ name }) => name)
  const names = policiesChosen(given, [...own, ...policies.map(({ name }) => name)], own)
  const combinations = combinationsOf(source, names, seeds)
  assertAll(opened, combinations)
  if (given.on('events') === true) return storiesPrint(cli, opened, combinations)
  const finished = await runAll(cli, given, opened, combinations, asked.out)
  if (given.on('json') === true) cli.print(JSON.stringify({ scenario: scenario.name, runs: finished }))
  else if (given.on('quiet') !== true) finishedPrint(cli, finished, seeds)
  return exitCodes.ok.code
}

export async function scenarioCheck(cli: Cli, given: Given, path: string): Promise<number> {
  const opened = await scenarioLoad(path)
  const { scenario, source } = opened
  const combinations = combinationsOf(
    source,
    scenario.policies.map(({ name }) => name),
    [scenario.seed],
  )
  assertAll(opened, combinations)
  if (given.on('quiet') !== true) {
    const { nodes, sites, tasks, poisson, changes } = scenario
    const counts = [
      [nodes.length, 'node'],
      [sites.length, 'site'],
      [tasks.length, 'task'],
      [poisson.length, 'stream'],
      [changes.length, 'event'],
      [combinations.length, 'run'],
    ] as const
    const parts = counts.map(([count, what]) => `${count} ${what}${count === 1 ? '' : 's'}`)
    cli.print(
      `${scenario.name}: ${parts.join(', ')} of ${durationShow(scenario.horizonSeconds)}; all is well`,
    )
  }
  return exitCodes.ok.code
}

/** Reads a scenario and the files that it names, and checks all of it. */
export async function scenarioLoad(path: string): Promise<Opened> {
  const file = { name: basename(path), text: await fileRead(path) }
  const source = scenarioOpen(file)
  const files: TraceFile[] = []
  for (const name of scenarioFiles(source)) {
    files.push({ name, text: await fileRead(resolve(dirname(path), name)) })
  }
  return { file, files, source, scenario: scenarioRead(source, files) }
}

/** Whatever is wrong with a value of the sweep is told before the first run. */
function assertAll({ source, files }: Opened, combinations: readonly Combination[]): void {
  const seen = new Set<string>()
  for (const { parameters } of combinations) {
    const key = JSON.stringify(parameters)
    if (!seen.has(key)) scenarioRead(source, files, parameters)
    seen.add(key)
  }
}

async function runAll(
  cli: Cli,
  given: Given,
  { file, files }: Opened,
  combinations: readonly Combination[],
  out: string | null,
): Promise<Finished[]> {
  const log: ScenarioLog =
    out === null ? { finished: [], add: () => {} } : scenarioLogOpen(out, [file, ...files])
  const left = combinationsLeft(log, combinations)
  const skipped = combinations.length - left.length
  if (skipped > 0) cli.note(`${skipped} of ${combinations.length} runs are in ${out} already`)
  const found = new Map(log.finished.map((run) => [combinationKey(run), run]))
  const progress = progressLine(cli.io, 'runs', given.on('quiet') === true)
  let done = skipped
  await combinationsRun(left, {
    file,
    files,
    signal: cli.io.signal,
    onResult(combination, result) {
      const run = { ...combination, result }
      log.add(run)
      found.set(combinationKey(combination), run)
      done += 1
      progress.show({
        done,
        total: combinations.length,
        note: `${combination.policy}, seed ${combination.seed}`,
      })
    },
  })
  progress.end()
  return combinations.flatMap((combination) => found.get(combinationKey(combination)) ?? [])
}

function storiesPrint(cli: Cli, { source, files }: Opened, combinations: readonly Combination[]): number {
  for (const { policy, seed, parameters } of combinations) {
    const scenario = scenarioRead(source, files, parameters)
    parametersPrint(cli, parameters)
    cli.print(storyTell(scenario, policyNamed(scenario, policy), seed))
    cli.io.signal.throwIfAborted()
  }
  return exitCodes.ok.code
}

/** A table for each choice of the swept values. */
function finishedPrint(cli: Cli, finished: readonly Finished[], seeds: readonly number[]): void {
  const groups = new Map<string, Finished[]>()
  for (const run of finished) {
    const key = JSON.stringify(run.parameters)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  for (const runs of groups.values()) {
    parametersPrint(cli, runs[0]?.parameters ?? {})
    resultsPrint(
      cli,
      runs.map(({ result }) => result),
      seeds,
      'of simulated time',
    )
  }
}

function parametersPrint(cli: Cli, parameters: Combination['parameters']): void {
  const values = Object.entries(parameters).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
  if (values.length > 0) cli.print(values.join(', '))
}
