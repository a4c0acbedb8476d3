/**
 * Runs of the published placement experiment (Weng et al., "Beware of Fragmentation", USENIX ATC 2023) in the twin: some
 * 10,800 arrivals on 1,213 nodes each, with the fragmentation of the cluster after every arrival.
 */
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { type Arrivals, arrivalsOf } from '@orrery/core/twin/experiment/arrivals.ts'
import type { Experiment } from '@orrery/core/twin/experiment/experiment.ts'
import { reproduciblePolicies } from '@orrery/core/twin/experiment/published.ts'
import { reproduce } from '@orrery/core/twin/experiment/reproduce.ts'
import { experimentRun } from '@orrery/core/twin/experiment/run.ts'
import { openbAbsent, openbExperiment, openbPublished, openbWorkloads } from '../setup/openb.ts'
import type { Bench, Report } from './bench.ts'
import { plainRun } from './placement-plain.ts'
import { median } from './statistics.ts'

const seeds = [42, 43, 44, 45, 46, 47, 48, 49, 50, 51]
const warmRuns = 20
const goals = { fgd: 80, 'best-fit': 30 } as const

export const placement: Bench = {
  name: 'placement',
  summary: 'runs of the published placement experiment, against a plain loop over all nodes',
  run(report) {
    if (openbAbsent) report.say(`Nothing was measured: ${openbAbsent}.`)
    else {
      const experiment = openbExperiment('default')
      const arrivals = seeds.map((seed) => arrivalsOf(experiment, seed))
      report.say(
        `The default workload, one thread: median of ${2 * warmRuns} runs over ${seeds.length} seeds after ${warmRuns} to warm up; reference: every node scored anew for every arrival, one run of seed ${seeds[0]}.`,
      )
      for (const policy of ['fgd', 'best-fit'] as const) measure(report, experiment, arrivals, policy)
      ownPolicy(report)
      everything(report)
    }
    return Promise.resolve()
  },
}

function measure(
  report: Report,
  experiment: Experiment,
  arrivals: readonly Arrivals[],
  algorithm: keyof typeof goals,
): void {
  const policy = policyResolve({ algorithm })
  const times: number[] = []
  let used = 0
  for (let run = 0; run < 3 * warmRuns; run += 1) {
    const arriving = arrivals[run % arrivals.length] ?? { order: [], ranks: new Int32Array() }
    const began = performance.now()
    const { usedMilli } = experimentRun(experiment, arriving, policy, 0)
    if (run >= warmRuns) times.push(performance.now() - began)
    if (run % arrivals.length === 0) used = usedMilli.at(-1) ?? 0
  }
  const began = performance.now()
  const plain = plainRun(experiment, arrivals[0] ?? { order: [], ranks: new Int32Array() }, policy)
  const plainMs = performance.now() - began
  if (plain !== used) throw new Error(`${algorithm} placed ${used} milli, the plain loop ${plain}`)
  const ms = median(times)
  report.figure({ metric: algorithm, value: ms, unit: 'ms', goal: { atMost: goals[algorithm] } })
  report.figure({ metric: `${algorithm}-plain`, value: plainMs, unit: 'ms', ratio: plainMs / ms })
}

/** Our own policy beside the best published one, which it must beat in no more than twice the time. */
function ownPolicy(report: Report): void {
  report.say('')
  report.say(
    `fill beside fgd, mean of ${seeds.length} seeds: % of all GPUs allocated at the end, median ms a run`,
  )
  const ratios: number[] = []
  for (const workload of openbWorkloads) {
    const experiment = openbExperiment(workload)
    const arrivals = seeds.map((seed) => arrivalsOf(experiment, seed))
    const ours = { policy: policyResolve({ algorithm: 'fill' }), times: [] as number[], allocation: 0 }
    const theirs = { policy: policyResolve({ algorithm: 'fgd' }), times: [] as number[], allocation: 0 }
    // In turn, so that what else the machine does meets both; the first round warms up.
    for (let run = 0; run < 2 * seeds.length; run += 1) {
      const arriving = arrivals[run % seeds.length] ?? { order: [], ranks: new Int32Array() }
      for (const each of [ours, theirs]) {
        const began = performance.now()
        const { usedMilli } = experimentRun(experiment, arriving, each.policy, 0)
        if (run < seeds.length) continue
        each.times.push(performance.now() - began)
        each.allocation += (100 * (usedMilli.at(-1) ?? 0)) / experiment.capacityMilli / seeds.length
      }
    }
    const [ourMs, theirMs] = [median(ours.times), median(theirs.times)]
    ratios.push(ourMs / theirMs)
    report.say(
      `  ${workload.padEnd(12)} ${ours.allocation.toFixed(2)} against ${theirs.allocation.toFixed(2)}  ${ourMs.toFixed(0)} ms against ${theirMs.toFixed(0)} ms`,
    )
    report.figure({
      metric: `fill-gain-${workload}`,
      value: ours.allocation - theirs.allocation,
      unit: 'points',
      goal: { atLeast: 0.1 },
    })
  }
  report.figure({ metric: 'fill-time', value: Math.max(...ratios), unit: 'x', goal: { atMost: 2 } })
  report.say('')
}

/** Every run with published figures: milliseconds a run by workload and policy, and whether the figures came out. */
function everything(report: Report): void {
  const published = openbPublished()
  const names = reproduciblePolicies
  report.say('')
  report.say(`ms a run, ${seeds.length} seeds  ${names.map((name) => name.padStart(15)).join('')}`)
  const beganAll = performance.now()
  let runs = 0
  let differing = 0
  for (const workload of openbWorkloads) {
    const experiment = openbExperiment(workload)
    const cells = names.map((name) => {
      const began = performance.now()
      const steps = reproduce(experiment, published, { workload, policies: [name], seeds })
      let step = steps.next()
      while (step.done !== true) step = steps.next()
      const differs = step.value.some(
        ({ allocation, fragmentRatio }) =>
          allocation.verdict !== 'reproduced' || fragmentRatio.verdict !== 'reproduced',
      )
      runs += seeds.length
      if (differs) differing += 1
      const ms = (performance.now() - began) / seeds.length
      return `${ms.toFixed(0)}${differs ? ' DIFFERS' : ''}`.padStart(15)
    })
    report.say(`${workload.padEnd(20)}${cells.join('')}`)
  }
  const seconds = (performance.now() - beganAll) / 1000
  report.say(
    `${runs} runs, their files read and their arrivals drawn, in ${seconds.toFixed(1)} s: ${differing === 0 ? 'all as published' : `${differing} combinations differ from what was published`}.`,
  )
  report.say('')
  report.figure({ metric: 'all', value: seconds, unit: 's' })
  report.figure({ metric: 'differing', value: differing, unit: 'combinations', goal: { atMost: 0 } })
}
