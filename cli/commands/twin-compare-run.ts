/** The runs of `orrery twin compare`: one policy and seed after the other, and their figures side by side. */
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { OrreryError } from '@orrery/api/errors.ts'
import { randomShuffle, randomStream } from '@orrery/core/random.ts'
import { targetOf } from '@orrery/core/inventory/target.ts'
import { traceLoad } from '@orrery/core/trace/load.ts'
import type { TraceNode, TraceTask } from '@orrery/core/trace/model.ts'
import { openbParse } from '@orrery/core/trace/openb.ts'
import { simulationAdvance } from '@orrery/core/twin/simulation/advance.ts'
import { type SimulationResult, simulationResult } from '@orrery/core/twin/simulation/result.ts'
import { simulationCreate } from '@orrery/core/twin/simulation/state.ts'
import { traceInventory } from '@orrery/core/twin/trace-inventory.ts'
import { fileRead } from '../body.ts'
import type { Cli, Given } from '../command.ts'
import { UsageError, exitCodes } from '../exit-code.ts'
import { progressLine } from '../progress.ts'
import { policyLoad } from '../twin-policy.ts'
import { resultsPrint } from './twin-results.ts'

export type CompareAsked = {
  nodesPath: string
  podsPath: string
  policies: readonly string[]
  seeds: readonly number[]
  load: number | null
}

/** The exit code. */
export async function compareRun(
  cli: Cli,
  given: Given,
  { nodesPath, podsPath, policies: names, seeds, load }: CompareAsked,
): Promise<number> {
  const policies = await Promise.all(names.map(policyLoad))
  const twice = policies.find(({ name }, at) => policies.findIndex((each) => each.name === name) < at)
  if (twice !== undefined) throw new UsageError(`two of the policies are called '${twice.name}'`)
  const { nodes, tasks } = await traceRead(nodesPath, podsPath)
  const target = targetOf(tasks)
  const progress = progressLine(cli.io, 'runs', given.on('quiet') === true)
  const total = policies.length * seeds.length
  const results: SimulationResult[] = []
  for (const seed of seeds) {
    const trace = loaded(nodes, tasks, load, seed)
    // The order of the nodes breaks ties, and ties decide much: no policy should profit from that of the file.
    const shuffled = randomShuffle(randomStream(seed, 'nodes'), nodes.slice())
    for (const policy of policies) {
      progress.show({ done: results.length, total, note: `${policy.name}, seed ${seed}` })
      // Between runs, so that Ctrl-C is heard.
      await setImmediate()
      cli.io.signal.throwIfAborted()
      const simulation = simulationCreate(traceInventory(shuffled, target), trace.tasks, {
        policy,
        seed,
        horizonSeconds: trace.spanSeconds,
        unplaced: given.on('reject') === true ? 'reject' : 'wait',
      })
      simulationAdvance(simulation, trace.spanSeconds)
      results.push(simulationResult(simulation))
    }
  }
  progress.show({ done: total, total, note: '' })
  progress.end()
  if (given.on('json') === true) cli.print(JSON.stringify({ seeds, load, results }))
  else if (given.on('quiet') !== true) resultsPrint(cli, results, seeds, 'of the trace’s time')
  return exitCodes.ok.code
}

async function traceRead(
  nodesPath: string,
  podsPath: string,
): Promise<{ nodes: TraceNode[]; tasks: TraceTask[] }> {
  const file = async (path: string) => ({ name: basename(path), text: await fileRead(path) })
  const { nodes, tasks, badRows } = openbParse(await file(nodesPath), await file(podsPath))
  const [bad] = badRows
  if (bad !== undefined) {
    throw new OrreryError(
      'invalid',
      `${bad.file}:${bad.line}: ${bad.message}${badRows.length > 1 ? `; ${badRows.length - 1} more rows are bad` : ''}`,
    )
  }
  if (nodes.length === 0) throw new OrreryError('invalid', `${nodesPath} has no node`)
  if (tasks.length === 0) throw new OrreryError('invalid', `${podsPath} has no task`)
  return { nodes, tasks }
}

function loaded(
  nodes: readonly TraceNode[],
  tasks: readonly TraceTask[],
  load: number | null,
  seed: number,
): { tasks: readonly TraceTask[]; spanSeconds: number } {
  if (load === null) {
    const ends = tasks.map((task) => task.departureSeconds ?? task.arrivalSeconds)
    return { tasks, spanSeconds: ends.reduce((last, end) => Math.max(last, end), 0) }
  }
  const gpuMilliCapacity = nodes.reduce((sum, { capacity }) => sum + capacity.gpus.length * 1000, 0)
  return traceLoad(tasks, { load, gpuMilliCapacity, seed })
}
