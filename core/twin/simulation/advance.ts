/** A simulation goes on: what is due happens, in order of time. */
import { agendaTake, agendaTime } from './agenda.ts'
import { changeHappen, roomOffer } from './change.ts'
import { kindOf, numberOf } from './due.ts'
import { siteStep } from './energy.ts'
import { meterAdvance, meterEnd, meterPeak } from './meter.ts'
import { moveDue, moveGiveUp } from './move.ts'
import { arrive, depart } from './place.ts'
import { reoptimiseDue } from './reoptimise.ts'
import { sleepDue } from './sleep.ts'
import type { Simulation } from './state.ts'
import { leavesAt, taskState } from './tasks.ts'
import { usageStep } from './usage.ts'

/**
 * Goes on until a time, at most to the horizon: everything that is due up to and with it has happened then. At one
 * instant departures and the ends of moves come first, so that room that is given back can be given away, then changes
 * from outside, in their order, then arrivals.
 */
export function simulationAdvance(simulation: Simulation, untilSeconds: number): void {
  const { agenda, tasks, options, changes } = simulation
  const until = Math.min(untilSeconds, options.horizonSeconds)
  for (;;) {
    const planned = agendaTime(agenda)
    const change = changes[simulation.nextChange]
    const changing = change?.atSeconds ?? Number.POSITIVE_INFINITY
    const arrival = tasks.arrivesAt[simulation.next] ?? Number.POSITIVE_INFINITY
    const due = Math.min(planned, changing, arrival)
    if (due > until) break
    timePass(simulation, due)
    if (planned === due) happen(simulation, agendaTake(agenda))
    else if (change !== undefined && changing === due) {
      simulation.nextChange += 1
      changeHappen(simulation, change)
    } else arrive(simulation)
    meterPeak(simulation.meter)
  }
  timePass(simulation, until)
  if (until === options.horizonSeconds) meterEnd(simulation.meter)
}

/** When something happens next; infinity: never. */
export function simulationDue({ agenda, tasks, changes, nextChange, next }: Simulation): number {
  return Math.min(
    agendaTime(agenda),
    changes[nextChange]?.atSeconds ?? Number.POSITIVE_INFINITY,
    tasks.arrivesAt[next] ?? Number.POSITIVE_INFINITY,
  )
}

function timePass(simulation: Simulation, toSeconds: number): void {
  if (toSeconds <= simulation.nowSeconds) return
  meterAdvance(simulation.meter, simulation.nowSeconds, toSeconds)
  simulation.nowSeconds = toSeconds
}

function happen(simulation: Simulation, subject: number): void {
  const number = numberOf(subject)
  switch (kindOf(subject)) {
    case 'departure':
      // A task that lost its node since then has its departure still before it.
      if (simulation.tasks.state[number] !== taskState.running) return
      if (leavesAt(simulation.tasks, number) > simulation.nowSeconds) return
      moveGiveUp(simulation, number)
      depart(simulation, number)
      roomOffer(simulation)
      return
    case 'move':
      if (moveDue(simulation, number)) roomOffer(simulation)
      return
    case 'usage':
      usageStep(simulation, simulation.usage, number)
      return
    case 'memory usage':
      usageStep(simulation, simulation.memoryUsage, number)
      return
    case 'reoptimise':
      reoptimiseDue(simulation)
      return
    case 'site':
      siteStep(simulation, number)
      return
    case 'sleep':
      sleepDue(simulation, number)
  }
}
