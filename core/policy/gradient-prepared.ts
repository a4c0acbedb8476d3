/** The score of core/policy/gradient.ts for many questions in a row, each combination of states answered once. */
import { gpusMax } from '@orrery/api/quantity.ts'
import type { PlannerInventory } from '../inventory/model.ts'
import type { Request } from '../inventory/request.ts'
import { sequenceOf, stateOf } from './device-states.ts'
import {
  type FragmentStates,
  fragmentOf,
  fragmentOfNode,
  fragmentStates,
  fragmentStatesChanged,
  fragmentStatesSettle,
  rankOf,
} from './fragment-states.ts'
import { type Devices, devicesCreate } from './fragment.ts'
import { cpuFree } from './free.ts'
import { gradientPoints } from './gradient-points.ts'
import type { PreparedScore } from './model.ts'

const scratch = devicesCreate(gpusMax)

export function gradientPrepare(inventory: PlannerInventory): PreparedScore {
  const all = fragmentStates(inventory)
  const width = all.cpus.length + 1
  const answers = new Map<Request, Map<number, number>>()
  let request: Request | null = null
  let known = new Map<number, number>()

  /** `gpusMax` times the points plus the device. */
  function answer(asked: Request, node: number): number {
    if (asked !== request) {
      request = asked
      known = answers.get(asked) ?? new Map<number, number>()
      answers.set(asked, known)
    }
    fragmentStatesSettle(all, node)
    const before = all.ranks[node] ?? 0
    const after = rankOf(all, cpuFree(inventory, node) - asked.cpu, before)
    const key = ((all.states[node] ?? 0) * width + before) * width + after
    const found = known.get(key)
    if (found !== undefined) return found
    const made = answerFind(all, asked, node, after)
    known.set(key, made)
    return made
  }

  return {
    of: (_, asked, node) => Math.floor(answer(asked, node) / gpusMax),
    device: (_, asked, node) => answer(asked, node) % gpusMax,
    changed: (node) => fragmentStatesChanged(all, node),
  }
}

function answerFind(all: FragmentStates, request: Request, node: number, rank: number): number {
  const before = fragmentOfNode(all, node)
  const devices = copy(sequenceOf(all.devices, all.states[node] ?? 0))
  const { milliFree, model, count } = devices
  const { gpuCount, gpuMilli } = request
  const points = () => gradientPoints(before - fragmentOf(all, stateOf(all.devices, devices), rank))
  if (gpuCount !== 1 || gpuMilli === 1000) {
    let wanted = gpuCount
    for (let device = 0; device < count && wanted > 0; device += 1) {
      if (!fits(request, device)) continue
      milliFree[device] = (milliFree[device] ?? 0) - gpuMilli
      wanted -= 1
    }
    return points() * gpusMax
  }
  let best = 0
  let most = -1
  for (let device = 0; device < count; device += 1) {
    const left = milliFree[device] ?? 0
    if (!fits(request, device)) continue
    let twin = 0
    while (milliFree[twin] !== left || model[twin] !== model[device]) twin += 1
    // Of equal devices the first counts.
    if (twin < device) continue
    milliFree[device] = left - gpuMilli
    const here = points()
    milliFree[device] = left
    if (here > most) {
      best = device
      most = here
    }
  }
  return Math.max(0, most) * gpusMax + best
}

function copy({ start, count, milliFree, model }: Devices): Devices {
  scratch.count = count
  for (let device = 0; device < count; device += 1) {
    scratch.milliFree[device] = milliFree[start + device] ?? 0
    scratch.model[device] = model[start + device] ?? 0
  }
  return scratch
}

function fits({ gpuMilli, gpuModels }: Request, device: number): boolean {
  if ((scratch.milliFree[device] ?? 0) < gpuMilli) return false
  return gpuModels === null || gpuModels[scratch.model[device] ?? 0] === 1
}
