/** Reads what a run starts from. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { RunInventory } from '@orrery/api/run-source.ts'
import { nodePower } from '@orrery/core/policy/power.ts'
import type { ForkTask } from '@orrery/core/twin/fork.ts'
import type pg from 'pg'
import { type LiveFork, forkRead } from '../db/fork/read.ts'
import { type WindowRow, windowRead } from '../db/fork/window.ts'
import { type UsageColumn, usageIn, usageOf } from '../db/fork/usage.ts'
import { uuidIndexCreate, uuidBytes } from '../db/fork/uuid-index.ts'
import { usageFold } from './usage.ts'

const hourSeconds = 3600
const stepSecondsLeast = 10
const stepsMost = 120
/** Over all workloads together, half of cores and half of memory; of very many each has fewer steps. */
const pointsMost = 6_000_000

export type RunStart = { fork: LiveFork; horizonSeconds: number }

export async function runStart(
  client: pg.Client,
  source: RunInventory,
  horizonSeconds: number | null,
): Promise<RunStart> {
  if (source.kind === 'live')
    return { fork: await forkRead(client, null), horizonSeconds: horizonSeconds ?? hourSeconds }
  if (source.kind === 'instant')
    return { fork: await forkRead(client, source.at), horizonSeconds: horizonSeconds ?? hourSeconds }
  const spanSeconds = (Date.parse(source.until) - Date.parse(source.since)) / 1000
  if (!(spanSeconds > 0)) throw new OrreryError('invalid', '`since` must be before `until`.')
  const fork = await forkRead(client, source.since)
  const recorded = await windowRead(client, source)
  return { fork: withWindow(fork, recorded), horizonSeconds: horizonSeconds ?? spanSeconds }
}

/** What was measured, and what nodes are taken to draw: not needed to fork, but to run. */
export async function runMeasured(
  client: pg.Client,
  source: RunInventory,
  start: RunStart,
): Promise<RunStart> {
  const { horizonSeconds } = start
  const { inventory, running, tasks } = start.fork
  const steps = Math.floor(pointsMost / 2 / Math.max(1, running.ask.length + tasks.length))
  const stepSeconds = Math.max(stepSecondsLeast, horizonSeconds / Math.min(stepsMost, Math.max(1, steps)))
  const measured = async (from: LiveFork, of: 'usage' | 'memoryUsage', column: UsageColumn) => {
    const { add, fork: folded } = usageFold(from, of, stepSeconds)
    if (source.kind === 'window')
      await usageIn(client, column, { ...source, horizonSeconds, stepSeconds }, add)
    else await usageOf(client, column, source.kind === 'live' ? null : source.at, add)
    return folded()
  }
  const fork = await measured(await measured(start.fork, 'usage', 'cpu'), 'memoryUsage', 'memory')
  const power = Array.from({ length: inventory.count }, (_, node) => nodePower(inventory, node))
  return { ...start, fork: { ...fork, energy: { power } } }
}

/** Who was there leaves when it left; who came later comes when it came. */
function withWindow(fork: LiveFork, recorded: readonly WindowRow[]): LiveFork {
  const running = uuidIndexCreate(fork.runningIds)
  const remainingSeconds = fork.running.remainingSeconds.slice()
  const left = new Map<string, number>()
  const arrivals: ForkTask[] = []
  for (const row of recorded) {
    const at = running.find(uuidBytes(row.id), 0)
    if (at >= 0) remainingSeconds[at] = row.leavesAfterSeconds ?? Number.POSITIVE_INFINITY
    else if (row.arrivesAfterSeconds <= 0)
      left.set(row.id, row.leavesAfterSeconds ?? Number.POSITIVE_INFINITY)
    else arrivals.push(taskOf(row))
  }
  const waiting = fork.tasks.map((task) => {
    const leaves = left.get(task.id) ?? Number.POSITIVE_INFINITY
    return { ...task, departureSeconds: Number.isFinite(leaves) ? leaves : null }
  })
  return { ...fork, running: { ...fork.running, remainingSeconds }, tasks: [...waiting, ...arrivals] }
}

function taskOf(row: WindowRow): ForkTask {
  return {
    id: row.id,
    name: row.name,
    demand: row.demand,
    constraints: row.constraints,
    arrivalSeconds: row.arrivesAfterSeconds,
    departureSeconds: row.leavesAfterSeconds,
  }
}
