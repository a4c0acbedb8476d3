/** What the twin's workers are asked and what they answer. Everything of it can be cloned from thread to thread. */
import type { ErrorCode } from '@orrery/api/errors.ts'
import type { RunOptimise } from '@orrery/api/run.ts'
import type { RunInventory, RunScenario } from '@orrery/api/run-source.ts'
import type { PlacementDecision } from '@orrery/core/planner/decide.ts'
import type { RunOutcome, RunPolicy } from '../db/run-result.ts'

export type JobSetting = {
  source: RunInventory
  /** null: the length of the source's window, or an hour */
  horizonSeconds: number | null
  unplaced: 'wait' | 'reject'
  anew: boolean
  optimise: RunOptimise | null
}

export type Job =
  | { kind: 'run'; setting: JobSetting; policies: RunPolicy[]; seeds: number[] }
  | {
      kind: 'why'
      setting: JobSetting
      policy: RunPolicy
      seed: number
      workload: { id: string; name: string }
    }
  /** Forks, makes a simulation ready to begin, and throws it away: for the benchmark. */
  | { kind: 'fork'; setting: JobSetting; policy: RunPolicy }
  /** Reads a scenario, and tells what is in it or what is wrong with it. */
  | { kind: 'check'; scenario: RunScenario }
  | { kind: 'run-scenario'; scenario: RunScenario; policies: RunPolicy[]; seeds: number[] }
  | { kind: 'why-scenario'; scenario: RunScenario; policy: RunPolicy; seed: number; task: string }

export type Forked = {
  /** null: of a scenario, which is of no time */
  at: string | null
  nodeCount: number
  /** null: they come at random */
  workloadCount: number | null
  horizonSeconds: number
  tookMs: number
}

/** What a run of a scenario has from it unless it is told otherwise. */
export type ScenarioChecked = {
  name: string
  policies: RunPolicy[]
  seed: number
  horizonSeconds: number
  unplaced: 'wait' | 'reject'
}

export type JobWhy = { decision: PlacementDecision; atSeconds: number } | null

export type JobAnswer =
  | { kind: 'forked'; forked: Forked }
  | { kind: 'result'; result: RunOutcome }
  | { kind: 'why'; why: JobWhy }
  | { kind: 'checked'; checked: ScenarioChecked }
  | { kind: 'done' }
  | { kind: 'failed'; code: ErrorCode | null; message: string }

/** What a worker is started with. */
export type WorkerStart = { connectionString: string; schema: string }
