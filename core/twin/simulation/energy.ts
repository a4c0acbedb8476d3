/** What nodes draw, and what that costs in money and carbon where they stand. */
import type { EmulatorNodes } from '../../emulator/config.ts'
import { powerWatts } from '../../emulator/energy.ts'
import type { PlannerInventory } from '../../inventory/model.ts'
import { placementSiteChanged } from '../../planner/placement-index.ts'
import { agendaAdd } from './agenda.ts'
import { subjectOf } from './due.ts'
import type { Simulation } from './state.ts'
import { type Steps, stepsAt, stepsConstant, stepsNext } from './steps.ts'

export type Power = EmulatorNodes['power']

export type EnergyModel = {
  /** by node */
  power: readonly Power[]
  /** by site; without an entry: what the site says, all the time */
  carbonGramsPerKwh?: readonly (Steps | undefined)[]
  /** by site, in any one currency; without an entry: nothing */
  pricePerKwh?: readonly (Steps | undefined)[]
}

export type Energy = {
  model: EnergyModel
  /** by node, in whole milliwatts, so that sums stay exact */
  milliwatts: Float64Array
  /** by site */
  carbon: Steps[]
  price: Steps[]
  /** by site, now */
  gramsPerKwh: Float64Array
  pricePerKwh: Float64Array
}

export function energyCreate({ sites, count }: PlannerInventory, model: EnergyModel): Energy {
  return {
    model,
    milliwatts: new Float64Array(count),
    carbon: sites.map((site, at) => model.carbonGramsPerKwh?.[at] ?? stepsConstant(site.carbonGramsPerKwh)),
    price: sites.map((_, at) => model.pricePerKwh?.[at] ?? stepsConstant(0)),
    gramsPerKwh: new Float64Array(sites.length),
    pricePerKwh: new Float64Array(sites.length),
  }
}

export function energyCopy(energy: Energy): Energy {
  return {
    ...energy,
    milliwatts: energy.milliwatts.slice(),
    gramsPerKwh: energy.gramsPerKwh.slice(),
    pricePerKwh: energy.pricePerKwh.slice(),
  }
}

/** At zero. */
export function energyBegin(simulation: Simulation): void {
  const { energy, inventory } = simulation
  if (energy === null) return
  for (let site = 0; site < inventory.sites.length; site += 1) siteStep(simulation, site)
  for (let node = 0; node < inventory.count; node += 1) energyNodeChanged(simulation, node)
}

/** Carbon or price of a site are others from now on. */
export function siteStep(simulation: Simulation, site: number): void {
  const { energy, inventory, nowSeconds, meter, options } = simulation
  const known = inventory.sites[site]
  const [carbon, price] = [energy?.carbon[site], energy?.price[site]]
  if (energy === null || known === undefined || carbon === undefined || price === undefined) return
  const grams = stepsAt(carbon, nowSeconds)
  const cost = stepsAt(price, nowSeconds)
  let milliwatts = 0
  for (let node = 0; node < inventory.count; node += 1) {
    if (inventory.nodes.site[node] === site) milliwatts += energy.milliwatts[node] ?? 0
  }
  meter.levels.carbonGramsPerHour += (milliwatts / 1e6) * (grams - (energy.gramsPerKwh[site] ?? 0))
  meter.levels.costPerHour += (milliwatts / 1e6) * (cost - (energy.pricePerKwh[site] ?? 0))
  energy.gramsPerKwh[site] = grams
  energy.pricePerKwh[site] = cost
  if (known.carbonGramsPerKwh !== grams) {
    inventory.sites[site] = { ...known, carbonGramsPerKwh: grams }
    if (options.policy.scores.some(({ score }) => score.readsSite === true)) {
      placementSiteChanged(simulation.index, site)
    }
  }
  const next = Math.min(stepsNext(carbon, nowSeconds), stepsNext(price, nowSeconds))
  if (next <= options.horizonSeconds) agendaAdd(simulation.agenda, next, subjectOf('site', site))
}

/** What the node uses or has given away is another from now on, or it went down or came back. */
export function energyNodeChanged(simulation: Simulation, node: number): void {
  const { energy, meter, inventory } = simulation
  if (energy === null) return
  const site = inventory.nodes.site[node] ?? -1
  const milliwatts = milliwattsOf(simulation, energy, node)
  const more = milliwatts - (energy.milliwatts[node] ?? 0)
  if (more === 0) return
  energy.milliwatts[node] = milliwatts
  meter.levels.milliwatts += more
  meter.levels.carbonGramsPerHour += (more / 1e6) * (energy.gramsPerKwh[site] ?? 0)
  meter.levels.costPerHour += (more / 1e6) * (energy.pricePerKwh[site] ?? 0)
}

function milliwattsOf(
  { inventory, usage, service, sleep }: Simulation,
  { model }: Energy,
  node: number,
): number {
  const { nodes } = inventory
  const power = model.power[node]
  if (power === undefined || nodes.present[node] !== 1 || service.down[node] === 1) return 0
  if (sleep?.asleep[node] === 1) {
    const watts = sleep.model[nodes.site[node] ?? -1]?.watts ?? 0
    return Math.round(1000 * Math.min(power.idleWatts, watts))
  }
  // Without usage, who holds a core uses it.
  const cpu = usage === null ? (nodes.cpuAllocated[node] ?? 0) : (usage.ofNode[node] ?? 0)
  const cores = Math.min(cpu, nodes.cpuCapacity[node] ?? 0) / 1e6
  const gpuMilli = (nodes.gpuMilliCapacity[node] ?? 0) - (nodes.gpuMilliFree[node] ?? 0)
  return Math.round(1000 * powerWatts({ power }, cores, gpuMilli))
}
