/** What must hold at every instant of a simulation, counted anew from its tasks; for tests. */
import { powerWatts } from '../../emulator/energy.ts'
import { latenciesFrom } from '../../inventory/latency.ts'
import { demandCpu } from '../../inventory/reserve.ts'
import type { Simulation } from './state.ts'
import { stepsAt } from './steps.ts'
import { devicesOf, taskState } from './tasks.ts'
import { type Usage, usedResources } from './usage.ts'

/** One line for each thing that is not as it should be. */
export function accountFaults(simulation: Simulation): string[] {
  return [
    ...roomFaults(simulation),
    ...lineFaults(simulation),
    ...serviceFaults(simulation),
    ...usageFaults(simulation, simulation.usage),
    ...usageFaults(simulation, simulation.memoryUsage),
    ...sleepFaults(simulation),
    ...energyFaults(simulation),
    ...latencyFaults(simulation),
  ]
}

type Held = { task: number; ask: number; node: number; devices: readonly number[] }

/** Who holds room where: who runs, and what is kept for those who move. */
function held({ tasks, moves }: Simulation): Held[] {
  const found: Held[] = []
  tasks.state.forEach((state, task) => {
    if (state !== taskState.running) return
    found.push({
      task,
      ask: tasks.ask[task] ?? -1,
      node: tasks.node[task] ?? -1,
      devices: devicesOf(tasks, task),
    })
  })
  for (const [task, { ask, node, devices }] of moves) found.push({ task, ask, node, devices })
  return found
}

function roomFaults(simulation: Simulation): string[] {
  const { inventory, asks, meter } = simulation
  const { nodes, devices } = inventory
  const [cpu, memory] = [new Float64Array(inventory.count), new Float64Array(inventory.count)]
  const milli = new Float64Array(inventory.deviceCount)
  for (const { ask, node, devices: on } of held(simulation)) {
    const demand = asks[ask]?.demand
    if (demand === undefined) continue
    cpu[node] = (cpu[node] ?? 0) + demandCpu(demand)
    memory[node] = (memory[node] ?? 0) + demand.memoryBytes
    for (const device of on) {
      const slot = (nodes.gpuStart[node] ?? 0) + device
      milli[slot] = (milli[slot] ?? 0) + demand.gpu.milli
    }
  }
  const faults: string[] = []
  for (let node = 0; node < inventory.count; node += 1) {
    if (nodes.cpuAllocated[node] !== cpu[node] || nodes.memoryAllocated[node] !== memory[node]) {
      faults.push(`node ${node} has given away something else than its tasks hold`)
    }
    if (
      (cpu[node] ?? 0) > (nodes.cpuLimit[node] ?? 0) ||
      (memory[node] ?? 0) > (nodes.memoryLimit[node] ?? 0)
    ) {
      faults.push(`node ${node} has given away more than it has`)
    }
  }
  for (let slot = 0; slot < inventory.deviceCount; slot += 1) {
    const left = (devices.milliCapacity[slot] ?? 0) - (milli[slot] ?? 0)
    if (devices.milliFree[slot] !== left || left < 0) faults.push(`device ${slot} has ${left} left`)
  }
  const given = (column: Float64Array) => column.reduce((sum, each) => sum + each, 0)
  if (meter.levels.cpu !== given(cpu) || meter.levels.memory !== given(memory)) faults.push('levels differ')
  return faults
}

function lineFaults({ tasks, lines, meter }: Simulation): string[] {
  const faults: string[] = []
  const inLines = lines.open.flatMap((ask) => {
    const members: number[] = []
    for (let task = lines.first[ask] ?? -1; task >= 0; task = tasks.behind[task] ?? -1) members.push(task)
    if (members.at(-1) !== lines.last[ask]) faults.push(`the line of ask ${ask} does not end with its last`)
    if (members.some((task) => tasks.ask[task] !== ask))
      faults.push(`one in the line of ask ${ask} asks else`)
    if (members.some((task, at) => task <= (members[at - 1] ?? -1)))
      faults.push(`line ${ask} is out of order`)
    return members
  })
  const waiting = count(tasks.state, taskState.waiting) + count(tasks.state, taskState.lost)
  if (new Set(inLines).size !== inLines.length) faults.push('one stands in line twice')
  if (inLines.length !== waiting || meter.levels.waiting !== waiting) {
    faults.push(`${waiting} wait, ${inLines.length} stand in line, ${meter.levels.waiting} are counted`)
  }
  const come = tasks.state.length - count(tasks.state, taskState.coming)
  const running = count(tasks.state, taskState.running)
  if (meter.standing + meter.arrived !== come || meter.levels.running !== running) {
    faults.push('tasks were lost or doubled')
  }
  if (meter.finished + meter.rejected + running + waiting !== come) faults.push('tasks are nowhere')
  return faults
}

function serviceFaults(simulation: Simulation): string[] {
  const { service, inventory, moves, meter } = simulation
  const faults: string[] = []
  const on = held(simulation)
  for (let node = 0; node < inventory.count; node += 1) {
    if (service.down[node] === 1 && on.some((each) => each.node === node))
      faults.push(`failed node ${node} holds tasks`)
    const isClosed = service.down[node] === 1 || service.closed[node] === 1
    if (isClosed && inventory.nodes.ready[node] === 1) faults.push(`node ${node} is out of service and ready`)
    if (isClosed && Array.from(moves.values()).some((move) => move.node === node)) {
      faults.push(`a task moves to node ${node}, which takes none`)
    }
  }
  if (meter.levels.moving !== moves.size) faults.push('moves are miscounted')
  return faults
}

function usageFaults(simulation: Simulation, usage: Usage | null): string[] {
  const { tasks, asks, meter, inventory, nowSeconds } = simulation
  if (usage === null) return []
  const { asked, capacity, used: usedLevel, overloaded: overloadedLevel } = usedResources[usage.resource]
  const inUse = new Float64Array(inventory.count)
  tasks.state.forEach((state, task) => {
    const startedAt = tasks.startedAt[task] ?? 0
    const demand = asks[tasks.ask[task] ?? -1]?.demand
    if (state !== taskState.running || startedAt > nowSeconds || demand === undefined) return
    const profile = usage.profiles[usage.profile[task] ?? -1]
    const elapsed = nowSeconds - (profile?.since === 'start' ? startedAt : 0)
    const share = profile === undefined ? 1 : stepsAt(profile.share, elapsed)
    const node = tasks.node[task] ?? -1
    inUse[node] = (inUse[node] ?? 0) + Math.round(share * asked(demand))
  })
  const faults: string[] = []
  inUse.forEach((used, node) => {
    if (used !== usage.ofNode[node])
      faults.push(`node ${node} uses ${used} of its ${usage.resource}, not ${usage.ofNode[node]}`)
  })
  const most = capacity(inventory.nodes)
  const overloaded = inUse.filter((used, node) => used > (most[node] ?? 0)).length
  const sum = inUse.reduce((all, used) => all + used, 0)
  if (meter.levels[usedLevel] !== sum) faults.push(`${usage.resource} in use is miscounted`)
  if (meter.levels[overloadedLevel] !== overloaded) faults.push('overloaded nodes are miscounted')
  return faults
}

function sleepFaults(simulation: Simulation): string[] {
  const { sleep, inventory, service, tasks, moves, meter, nowSeconds } = simulation
  if (sleep === null) return []
  const faults: string[] = []
  for (let node = 0; node < inventory.count; node += 1) {
    const isEmpty = inventory.nodes.workloadCount[node] === 0
    if (sleep.asleep[node] === 1 && !isEmpty) faults.push(`node ${node} sleeps and holds something`)
    if (sleep.asleep[node] === 1 && service.down[node] === 1) faults.push(`node ${node} sleeps and is down`)
    const isWatched = isEmpty && service.down[node] === 0 && sleep.model[inventory.nodes.site[node] ?? -1]
    if (isWatched && sleep.asleep[node] === 0 && !((sleep.sleepsAt[node] ?? Number.NaN) >= nowSeconds))
      faults.push(`empty node ${node} should sleep by now`)
  }
  for (const { task, node } of held(simulation)) {
    const begins = moves.get(task)?.node === node ? moves.get(task)?.endsAt : tasks.startedAt[task]
    const awakeAt = sleep.awakeAt[node] ?? 0
    if (awakeAt > nowSeconds && (begins ?? 0) < awakeAt) faults.push(`task ${task} begins before its node`)
  }
  const asleep = count(sleep.asleep, 1)
  return meter.levels.asleep === asleep ? faults : [...faults, 'nodes that sleep are miscounted']
}

function energyFaults(simulation: Simulation): string[] {
  const { energy, inventory, service, sleep, usage, meter, nowSeconds } = simulation
  if (energy === null) return []
  const { nodes } = inventory
  let [milliwatts, grams, cost] = [0, 0, 0]
  for (let node = 0; node < inventory.count; node += 1) {
    const power = energy.model.power[node]
    const site = nodes.site[node] ?? -1
    const [carbon, price] = [energy.carbon[site], energy.price[site]]
    if (power === undefined || service.down[node] === 1 || carbon === undefined || price === undefined)
      continue
    const cpu = (usage === null ? nodes.cpuAllocated : usage.ofNode)[node] ?? 0
    const gpuMilli = (nodes.gpuMilliCapacity[node] ?? 0) - (nodes.gpuMilliFree[node] ?? 0)
    const watts =
      sleep?.asleep[node] === 1
        ? Math.min(power.idleWatts, sleep.model[site]?.watts ?? 0)
        : powerWatts({ power }, Math.min(cpu, nodes.cpuCapacity[node] ?? 0) / 1e6, gpuMilli)
    milliwatts += Math.round(1000 * watts)
    grams += (watts / 1000) * stepsAt(carbon, nowSeconds)
    cost += (watts / 1000) * stepsAt(price, nowSeconds)
  }
  const isNear = (a: number, b: number) => Math.abs(a - b) <= 1e-3
  const { levels } = meter
  return levels.milliwatts === milliwatts &&
    isNear(levels.carbonGramsPerHour, grams) &&
    isNear(levels.costPerHour, cost)
    ? []
    : [`${levels.milliwatts} mW, ${levels.carbonGramsPerHour} g/h, not ${milliwatts} and ${grams}`]
}

function latencyFaults({ inventory, tasks, asks, meter }: Simulation): string[] {
  let sum = 0
  tasks.state.forEach((state, task) => {
    const from = asks[tasks.ask[task] ?? -1]?.constraints?.latencyFrom
    if (state !== taskState.running || from === undefined) return
    const latencies = latenciesFrom(inventory.sites, inventory.siteIndexes.get(from) ?? -1)
    const latencyMs = latencies[inventory.nodes.site[tasks.node[task] ?? -1] ?? -1] ?? Number.NaN
    if (Number.isFinite(latencyMs)) sum += latencyMs
  })
  return meter.levels.latencyMs === sum ? [] : [`latencies add up to ${sum}, not ${meter.levels.latencyMs}`]
}

function count(column: Uint8Array, value: number): number {
  return column.reduce((sum, each) => sum + Number(each === value), 0)
}
