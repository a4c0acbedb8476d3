/**
 * The environments for agents: steps per second in this process, and through Python over a socket, where Gymnasium's own
 * CartPole in a vector of the same size is the reference.
 */
import { join } from 'node:path'
import {
  type EnvironmentName,
  environmentNames,
  environmentPlan,
  environmentsCreate,
} from '@orrery/core/twin/environment/registry.ts'
import { environmentReset, vectorStep } from '@orrery/core/twin/environment/vector.ts'
import { pythonEnv, pythonReady, run } from '../python/venv.ts'
import type { Bench, Report } from './bench.ts'
import { median } from './statistics.ts'

const roundsCounted = 5
const roundSteps = 2_000_000

export const env: Bench = {
  name: 'env',
  summary: 'environment steps per second, in process and through Python',
  async run(report) {
    inProcess(report)
    await throughPython(report)
  },
}

/** Both in one process of Python, in turns; choosing an allowed action from the mask is included in ours. */
async function throughPython(report: Report): Promise<void> {
  const python = await pythonReady()
  if (python.lack !== undefined) {
    report.say(`Through Python nothing was measured: ${python.lack}.`)
    return
  }
  const count = 64
  report.say(
    `Through Python: ${count} placement environments of 20 nodes in one vector, an allowed action drawn with numpy; reference: Gymnasium's CartPole-v1, ${count} of them, vectorization_mode="sync"; median of ${roundsCounted} rounds in turns.`,
  )
  const script = join(import.meta.dirname, '..', 'python', 'rate.py')
  const { stdout } = await run(python.path, [script, String(count), String(roundsCounted)], {
    env: pythonEnv(),
    timeout: 300_000,
  })
  const found = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { placement: number; cartpole: number })
  report.figure({
    metric: 'python-placement',
    value: median(found.map(({ placement }) => placement)),
    unit: 'steps/s',
    goal: { atLeast: 150_000 },
  })
  report.figure({
    metric: 'python-against-cartpole',
    value: median(found.map(({ cartpole }) => cartpole)),
    unit: 'steps/s',
    ratio: median(found.map(({ placement, cartpole }) => placement / cartpole)),
    goal: { atLeast: 1 },
  })
}

/** Every observation, mask and reward is kept current; who acts takes any action that the mask allows. */
function inProcess(report: Report): void {
  const nodeCount = 100
  const count = 16
  report.say(
    `In process, one thread: ${count} environments of ${nodeCount} nodes, an allowed action from a random one on, the choice included; the fastest of ${roundsCounted} rounds of ${roundSteps} steps after one to warm up, for what else the machine does can only slow them.`,
  )
  for (const environment of environmentNames) {
    const overrides = environment === 'scale' ? {} : { nodeCount }
    const rate = stepRate(environment, overrides, count)
    report.figure({
      metric: `in-process-${environment}`,
      value: rate,
      unit: 'steps/s',
      ...(environment === 'placement' ? { goal: { atLeast: 2_000_000 } } : {}),
    })
  }
}

function stepRate(environment: EnvironmentName, overrides: Record<string, unknown>, count: number): number {
  const vector = environmentsCreate(environmentPlan({ environment, overrides }), count, 'next-step')
  for (let each = 0; each < count; each += 1) environmentReset(vector, each, each)
  const { masks, maskStride } = vector.outputs
  const actionCount = vector.rules.spaces.action.count
  const actions = new Int32Array(count)
  let word = 1
  const choose = () => {
    for (let each = 0; each < count; each += 1) {
      word = (Math.imul(word, 1664525) + 1013904223) | 0
      let action = (word >>> 8) % actionCount
      // From a random one on, the next that is allowed.
      while (masks[each * maskStride + action] !== 1) action = action + 1 === actionCount ? 0 : action + 1
      actions[each] = action
    }
  }
  let fastest = 0
  for (let round = 0; round <= roundsCounted; round += 1) {
    const began = performance.now()
    for (let step = 0; step < roundSteps; step += count) {
      choose()
      vectorStep(vector, actions)
    }
    const rate = (1000 * roundSteps) / (performance.now() - began)
    if (round > 0) fastest = Math.max(fastest, rate)
  }
  return fastest
}
