/** The life of one emulated machine, from its start on. */
import { randomAt, randomNormal, randomStream } from '../random.ts'
import { wildcardMatches } from '../wildcard.ts'
import { type EmulatorConfig, type EmulatorFault, startSeconds } from './config.ts'

/** `ref` is new for each start, so that a second try has its own luck. Times are emulated seconds since 1970. */
export type EmulatorMachine = { ref: string; name: string; startSeconds: number }

export type MachineState = {
  state: 'starting' | 'running' | 'failed'
  sinceSeconds: number
  reason: string | null
}

/** Nothing but the configuration, the machine and the time decides, so that any two who look see the same. */
export function machineState(
  config: EmulatorConfig,
  machine: EmulatorMachine,
  nowSeconds: number,
): MachineState {
  const { delaySeconds, slow } = startDelay(config, machine)
  const upSeconds = machine.startSeconds + delaySeconds
  if (nowSeconds < upSeconds) {
    return {
      state: 'starting',
      sinceSeconds: machine.startSeconds,
      reason: slow ? 'a slow start, by the script' : null,
    }
  }
  const scripted = faultOf(config, machine, 'failed-start') !== undefined
  const unlucky = randomAt(config.seed, 'start', machine.ref) < config.start.failedShare
  if (scripted || unlucky) {
    const why = scripted ? 'by the script' : 'by chance: one of the share that fails'
    return { state: 'failed', sinceSeconds: upSeconds, reason: `the start failed, ${why}` }
  }
  return { state: 'running', sinceSeconds: upSeconds, reason: null }
}

function startDelay(
  config: EmulatorConfig,
  machine: EmulatorMachine,
): { delaySeconds: number; slow: boolean } {
  const { meanSeconds, deviationSeconds } = config.start
  const drawn = randomNormal(randomStream(config.seed, 'delay', machine.ref), meanSeconds, deviationSeconds)
  const slow = faultOf(config, machine, 'slow-start')
  // Nothing starts in no time, and none in less than a quarter of what is usual.
  return {
    delaySeconds: Math.max(meanSeconds / 4, drawn) + (slow?.delaySeconds ?? 0),
    slow: slow !== undefined,
  }
}

type StartFault = Extract<EmulatorFault, { workload: string }>

function faultOf<K extends StartFault['fault']>(config: EmulatorConfig, machine: EmulatorMachine, kind: K) {
  return config.script.find(
    (each): each is Extract<StartFault, { fault: K }> =>
      each.fault === kind &&
      wildcardMatches(each.workload, machine.name) &&
      faultActive(config, each, machine.startSeconds),
  )
}

/** Whether a fault's window contains an instant. */
export function faultActive(config: EmulatorConfig, fault: EmulatorFault, seconds: number): boolean {
  const since = seconds - startSeconds(config)
  return since >= fault.fromSeconds && (fault.untilSeconds === null || since < fault.untilSeconds)
}
