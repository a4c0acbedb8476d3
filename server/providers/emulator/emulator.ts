/**
 * The emulator: a continuum in process that behaves like a real provider, and the reference implementation of the
 * contract. What it does follows from its configuration, its seed and the emulated time (core/emulator); what was done
 * to it is kept in the database (world.ts).
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { emulatedSeconds } from '@orrery/core/emulator/clock.ts'
import { EmulatorConfig, emulatorConfigParse, startSeconds } from '@orrery/core/emulator/config.ts'
import { emulatorNodes, nodeHealth } from '@orrery/core/emulator/node.ts'
import { interruptible } from '../../interruptible.ts'
import type { Provider, ProviderKindSpec, ProviderOpen, ProviderStep, StepApplied } from '../provider.ts'
import { observationAt } from './observation.ts'
import { seriesCacheCreate } from './series.ts'
import {
  type WorldChange,
  machineNode,
  stepApplied,
  worldAnchor,
  worldApply,
  worldMachines,
} from './world.ts'

export const emulator: ProviderKindSpec = {
  kind: 'emulator',
  description:
    'An emulated continuum: sites, hosts and devices, with machines that start, use, fail and come back.',
  capabilities: {
    observe: true,
    start: true,
    migrate: 'live',
    resize: 'live',
    metrics: true,
    workloadKinds: ['vm', 'module', 'runtime', 'container', 'seat'],
  },
  configSchema: EmulatorConfig,
  configParse: emulatorConfigParse,
  open: emulatorOpen,
}

async function emulatorOpen({ id, config: given, database, nowMs }: ProviderOpen): Promise<Provider> {
  const { db } = database
  const config = emulatorConfigParse(given)
  const nodes = emulatorNodes(config)
  const names = new Set(nodes.map((node) => node.name))
  const series = seriesCacheCreate()
  const anchor = await worldAnchor(db, id, {
    wallMs: nowMs(),
    emulatedSeconds: startSeconds(config),
    speed: config.speed,
  })

  async function observe(signal: AbortSignal) {
    const machines = await worldMachines(db, id)
    const followed = new Map(
      await Promise.all(
        [...new Set(machines.map((machine) => machine.datasetId))]
          .filter((datasetId) => datasetId !== null)
          .map(async (datasetId) => [datasetId, await series.of(db, datasetId)] as const),
      ),
    )
    return observationAt({ config, nodes, anchor, machines, series: followed }, nowMs(), signal)
  }

  async function apply(step: ProviderStep): Promise<StepApplied> {
    const done = await stepApplied(db, id, step.id)
    if (done !== null) return done
    const change = await changeOf(step)
    return worldApply(db, id, step.id, change, { providerRef: answerRef(change) })
  }

  async function changeOf(step: ProviderStep): Promise<WorldChange> {
    const { workload } = step
    switch (step.kind) {
      case 'start': {
        const nodeRef = nodeOf(step.node)
        answering(nodeRef)
        const machine = {
          ref: `vm-${step.id}`,
          workloadId: workload.id,
          name: workload.name,
          nodeRef,
          demand: workload.demand,
          datasetId: workload.datasetId,
          startSeconds: emulatedSeconds(anchor, nowMs()),
        }
        return { kind: 'start', machine }
      }
      case 'stop': {
        const on = workload.providerRef === null ? null : await machineNode(db, id, workload.providerRef)
        if (on !== null) answering(on)
        return { kind: 'stop', ref: workload.providerRef, workloadId: workload.id }
      }
      case 'migrate': {
        const { ref, on } = await machineOf(step)
        const nodeRef = nodeOf(step.node)
        answering(on)
        answering(nodeRef)
        return { kind: 'migrate', ref, nodeRef }
      }
      case 'resize': {
        const { ref, on } = await machineOf(step)
        answering(on)
        return { kind: 'resize', ref, demand: workload.demand }
      }
    }
  }

  function nodeOf(node: ProviderStep['node']): string {
    const ref = node.providerRef ?? node.name
    if (names.has(ref)) return ref
    throw new OrreryError(
      'not_found',
      `The emulator has no node '${ref}'. Its configuration names its nodes; the inventory shows them.`,
    )
  }

  /** A node that is lost or away can be asked for nothing. A machine may stand on one that the configuration dropped. */
  function answering(ref: string): void {
    const health = nodeHealth(config, ref, emulatedSeconds(anchor, nowMs()))
    if (!health.healthy)
      throw new OrreryError('unavailable', `Node '${ref}' cannot be reached: ${health.reason}.`)
  }

  async function machineOf({ workload }: ProviderStep): Promise<{ ref: string; on: string }> {
    const on = workload.providerRef === null ? null : await machineNode(db, id, workload.providerRef)
    if (workload.providerRef !== null && on !== null) return { ref: workload.providerRef, on }
    throw new OrreryError(
      'not_found',
      `The emulator has no machine '${workload.providerRef}' of workload '${workload.name}'.`,
    )
  }

  return {
    observe: (signal) => interruptible(signal, () => observe(signal)),
    apply: (step, signal) => interruptible(signal, () => apply(step)),
    close: async () => undefined,
  }
}

function answerRef(change: WorldChange): string | null {
  switch (change.kind) {
    case 'start':
      return change.machine.ref
    case 'stop':
      return null
    case 'migrate':
    case 'resize':
      return change.ref
  }
}
