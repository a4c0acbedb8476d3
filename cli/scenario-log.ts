/** Finished runs of a scenario in a file, a line each: what is there already is not run again. */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { OrreryError } from '@orrery/api/errors.ts'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import { type Combination, combinationKey } from '@orrery/core/twin/scenario/sweep.ts'
import type { SimulationResult } from '@orrery/core/twin/simulation/result.ts'

export type Finished = Combination & { result: SimulationResult }

export type ScenarioLog = { finished: readonly Finished[]; add(run: Finished): void }

/** Throws `conflict` when the file holds runs of another scenario, or of this one before it was changed. */
export function scenarioLogOpen(path: string, files: readonly TraceFile[]): ScenarioLog {
  const hash = createHash('sha256')
  for (const { text } of files) hash.update(`${text.length} ${text}`)
  const scenario = hash.digest('hex').slice(0, 16)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const finished = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at) => lineRead(line, `${path}:${at + 1}`, scenario))
  // A line that was being written when the program ended is no run.
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
  return {
    finished,
    add(run) {
      appendFileSync(path, `${JSON.stringify({ scenario, ...run })}\n`)
    },
  }
}

/** Those of the combinations that the log does not have. */
export function combinationsLeft({ finished }: ScenarioLog, all: readonly Combination[]): Combination[] {
  const done = new Set(finished.map(combinationKey))
  return all.filter((each) => !done.has(combinationKey(each)))
}

function lineRead(line: string, place: string, scenario: string): Finished {
  let parsed: Partial<Finished & { scenario: string }>
  try {
    parsed = JSON.parse(line) as typeof parsed
  } catch (cause) {
    throw new OrreryError('invalid', `${place}: this is not a line of runs; choose another file`, { cause })
  }
  const { scenario: of, policy, seed, parameters, result } = parsed
  if (policy === undefined || seed === undefined || parameters === undefined || result === undefined) {
    throw new OrreryError('invalid', `${place}: this is not a line of runs; choose another file`)
  }
  if (of !== scenario) {
    throw new OrreryError(
      'conflict',
      `${place}: this is a run of another scenario, or of this one before it was changed; choose another file`,
    )
  }
  return { policy, seed, parameters, result }
}
