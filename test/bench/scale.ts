/** The simulator on clusters of growing size: what a placement costs, and what a VM weighs. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Demand } from '@orrery/api/quantity.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { randomBelow, randomExponential, randomPick, randomStream } from '@orrery/core/random.ts'
import type { TraceNode, TraceTask } from '@orrery/core/trace/model.ts'
import { simulationAdvance } from '@orrery/core/twin/simulation/advance.ts'
import { type Simulation, simulationCreate } from '@orrery/core/twin/simulation/state.ts'
import { traceInventory } from '@orrery/core/twin/trace-inventory.ts'
import type { Bench } from './bench.ts'

const hostCounts = [1000, 10_000, 31_623, 100_000]
const vmsPerHost = 10
const GiB = 1024 ** 3
/** A VM is replaced by another about so often during the run, so that departures are as many as arrivals. */
const lifeSeconds = 1000
const horizonSeconds = 3 * lifeSeconds

export const scale: Bench = {
  name: 'scale',
  summary: 'the simulator with 1,000 to 100,000 hosts: time per placement, bytes per VM',
  async run(report) {
    report.say(
      `Best fit, ${vmsPerHost} VMs arriving per host over ${horizonSeconds} s of simulated time, each staying ${lifeSeconds} s on average; reference: the smallest cluster.`,
    )
    // The compiler's first sight of the code is nobody's cost.
    simulationAdvance(made(hostCounts[0] ?? 0), horizonSeconds)
    const costs = hostCounts.map((hosts) => {
      const run = measure(hosts)
      report.say(
        `  ${String(hosts).padStart(6)} hosts  ${String(run.vms).padStart(7)} VMs  ${run.placed} placed, ${run.finished} finished  ${(run.ms / 1000).toFixed(2)} s  ${run.microsPerPlacement.toFixed(2)} µs each  ${run.bytesPerVm.toFixed(0)} bytes/VM`,
      )
      return run
    })
    const [smallest] = costs
    const largest = costs.at(-1)
    if (smallest === undefined || largest === undefined) throw new Error('nothing was measured')
    report.figure({ metric: 'placement-1000', value: smallest.microsPerPlacement, unit: 'us' })
    report.figure({
      metric: 'placement-100000',
      value: largest.microsPerPlacement,
      unit: 'us',
      ratio: largest.microsPerPlacement / smallest.microsPerPlacement,
      goal: { atMost: 2 },
    })
    report.figure({ metric: 'vm-bytes', value: largest.bytesPerVm, unit: 'bytes', goal: { atMost: 200 } })
  },
}

function measure(hosts: number) {
  const before = memoryBytes()
  const simulation = made(hosts)
  const began = performance.now()
  simulationAdvance(simulation, horizonSeconds)
  const ms = performance.now() - began
  const { placed, finished } = simulation.meter
  const vms = simulation.tasks.ask.length
  return {
    ms,
    placed,
    finished,
    vms,
    microsPerPlacement: (1000 * ms) / placed,
    // Hosts, their index and all.
    bytesPerVm: (memoryBytes() - before) / vms,
  }
}

function made(hosts: number): Simulation {
  return simulationCreate(traceInventory(nodesMake(hosts), null), tasksMake(hosts), {
    policy: policyResolve({ algorithm: 'best-fit' }),
    seed: 1,
    horizonSeconds,
    unplaced: 'wait',
  })
}

/** Three kinds of hosts. */
function nodesMake(count: number): TraceNode[] {
  const sizes = [
    { cpuCores: 16, memoryBytes: 64 * GiB },
    { cpuCores: 32, memoryBytes: 128 * GiB },
    { cpuCores: 64, memoryBytes: 512 * GiB },
  ]
  const stream = randomStream(1, 'hosts')
  return Array.from({ length: count }, (_, at) => ({
    name: `host-${at}`,
    capacity: { ...randomPick(stream, sizes), diskBytes: 0, gpus: [] },
  }))
}

/** Twenty sizes of VMs, as a cloud sells them. With their lives they come to ask for about half of all cores. */
function tasksMake(hosts: number): TraceTask[] {
  const stream = randomStream(1, 'vms')
  const demands: Demand[] = [1, 2, 4, 8, 16].flatMap((cpuCores) =>
    [1, 2, 4, 8].map((gibPerCore) => ({
      cpuCores,
      memoryBytes: cpuCores * gibPerCore * GiB,
      diskBytes: 0,
      gpu: { count: 0, milli: 1000, models: [] },
    })),
  )
  const count = hosts * vmsPerHost
  return Array.from({ length: count }, (_, at) => {
    const arrivalSeconds = (horizonSeconds * at) / count
    return {
      name: `vm-${at}`,
      demand: demands[randomBelow(stream, demands.length)] ?? (demands[0] as Demand), // there are twenty
      arrivalSeconds,
      departureSeconds: arrivalSeconds + randomExponential(stream, lifeSeconds),
    }
  })
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function memoryBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
