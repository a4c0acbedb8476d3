/** Sites and nodes of a scenario, and what they draw. */
import type { NodeId, SiteId } from '@orrery/api/id.ts'
import type { ScenarioHead, ScenarioNodes, ScenarioSite } from '@orrery/api/scenario.ts'
import { nodeNames } from '../../emulator/config.ts'
import type { PlannerNode, PlannerSite } from '../../inventory/model.ts'
import type { EnergyModel, Power } from '../simulation/energy.ts'
import type { SleepModel, SleepRule } from '../simulation/sleep.ts'
import { curveRead } from './curves.ts'
import { type Reading, distinct } from './reading.ts'
import { bytesOf, coresOf, secondsOf, shareOf } from './words.ts'
import type { Path } from './yaml.ts'

const nodesMax = 200_000
const sitesUsual: ScenarioSite[] = [{ name: 'site' }]

export type Places = {
  sites: PlannerSite[]
  nodes: PlannerNode[]
  sleep: SleepModel | null
  energy: EnergyModel | null
}

export function placesRead(reading: Reading, head: ScenarioHead): Places {
  const given = head.sites ?? sitesUsual
  const seen = new Set<string>()
  given.forEach(({ name }, at) => distinct(reading, seen, 'site', name, ['sites', at, 'name']))
  const sites = given.map((site, at): PlannerSite => {
    const { links = [], carbonGramsPerKwh: carbon = 0 } = site
    links.forEach(({ to }, link) => {
      if (!seen.has(to)) reading.refuse(['sites', at, 'links', link, 'to'], noSite(to, seen))
    })
    return {
      id: site.name as SiteId, // the planner never looks into an id
      name: site.name,
      kind: site.kind ?? 'cloud',
      overcommitRatio: site.overcommitRatio ?? 1,
      allowedRiskLevels: [],
      renewableShare: shareOf(site.renewableShare ?? 0),
      carbonGramsPerKwh: typeof carbon === 'number' ? carbon : 0,
      links,
    }
  })
  const power: Power[] = []
  const names = new Set<string>()
  const nodes = head.nodes.flatMap((group, at) => {
    const site = group.site ?? sites[0]?.name ?? ''
    if (!seen.has(site)) reading.refuse(['nodes', at, 'site'], noSite(site, seen))
    if (group.gpuModel !== undefined && (group.gpus ?? 0) === 0) {
      reading.refuse(
        ['nodes', at, 'gpuModel'],
        'a model of GPU is given and no `gpus`; say how many there are',
      )
    }
    const made = groupNodes(group, site)
    if (names.size + made.length > nodesMax) {
      reading.refuse(['nodes', at], `more than ${nodesMax} nodes; ask for fewer`)
    }
    made.forEach(({ name }) => distinct(reading, names, 'node', name, ['nodes', at, 'name']))
    for (let count = 0; count < made.length; count += 1) power.push(powerOf(group))
    return made
  })
  const curves = (key: 'carbonGramsPerKwh' | 'pricePerKwh') =>
    given.map((site, at) => curveRead(reading, ['sites', at, key], site[key]))
  const energy = {
    power,
    carbonGramsPerKwh: curves('carbonGramsPerKwh'),
    pricePerKwh: curves('pricePerKwh'),
  }
  const hasEnergy = head.nodes.some(({ watts }) => watts !== undefined)
  const sleep = given.map((site, at) => {
    const path: Path = site.power === undefined ? ['power'] : ['sites', at, 'power']
    return sleepRead(reading, path, site.power ?? head.power)
  })
  return {
    sites,
    nodes,
    sleep: sleep.some((rule) => rule !== undefined) ? sleep : null,
    energy: hasEnergy ? energy : null,
  }
}

function sleepRead(reading: Reading, path: Path, given: ScenarioHead['power']): SleepRule | undefined {
  if (given === undefined) return undefined
  const { sleepAfter, wakeUp = 0, sleepWatts = 0 } = given
  const wakeSeconds = secondsOf(wakeUp)
  if (wakeSeconds > reading.horizonSeconds) {
    reading.refuse([...path, 'wakeUp'], `no node would wake before the horizon; give a shorter \`wakeUp\``)
  }
  return { afterSeconds: secondsOf(sleepAfter), wakeSeconds, watts: sleepWatts }
}

export function noSite(name: string, sites: Iterable<string>): string {
  return `there is no site ${name}; there are ${[...sites].join(', ')}`
}

export function nodeIndexOf(reading: Reading, { nodes }: Places, wanted: string, path: Path): number {
  const node = nodes.findIndex(({ name }) => name === wanted)
  if (node >= 0) return node
  const known = nodes.slice(0, 10).map(({ name }) => name)
  return reading.refuse(
    path,
    `there is no node ${wanted}; there are ${known.join(', ')}${nodes.length > 10 ? ', …' : ''}`,
  )
}

function groupNodes(group: ScenarioNodes, site: string): PlannerNode[] {
  const { name, count = 1, gpus = 0, gpuModel = 'GPU' } = group
  const capacity = {
    cpuCores: coresOf(group.cpuCores),
    memoryBytes: bytesOf(group.memory),
    diskBytes: bytesOf(group.disk ?? 0),
    gpus: Array.from({ length: gpus }, () => ({ model: gpuModel, milli: 1000 })),
  }
  return nodeNames({ name, count }).map((each) => ({
    id: each as NodeId, // the planner never looks into an id
    name: each,
    siteId: site as SiteId,
    ready: true,
    capacity,
    allocated: { cpuCores: 0, memoryBytes: 0, diskBytes: 0, gpuMilli: [] },
    capabilities: group.capabilities ?? [],
    labels: group.labels ?? {},
    workloadCount: 0,
  }))
}

/** What a node draws grows evenly from idle to all cores in use. */
function powerOf({ watts, cpuCores }: ScenarioNodes): Power {
  const { idle = 0, peak = idle, perGpu = 0 } = watts ?? {}
  const cores = coresOf(cpuCores)
  return { idleWatts: idle, wattsPerCore: cores > 0 ? (peak - idle) / cores : 0, wattsPerGpu: perGpu }
}
