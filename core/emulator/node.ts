/** The nodes of an emulated world, and whether they answer. */
import { wildcardMatches } from '../wildcard.ts'
import {
  type EmulatorConfig,
  type EmulatorNodes,
  type EmulatorSite,
  nodeNames,
  startSeconds,
} from './config.ts'
import { faultActive } from './machine.ts'

export type EmulatorNode = { name: string; site: EmulatorSite; group: EmulatorNodes }

export function emulatorNodes(config: EmulatorConfig): EmulatorNode[] {
  return config.sites.flatMap((site) =>
    site.nodes.flatMap((group) => nodeNames(group).map((name) => ({ name, site, group }))),
  )
}

export type NodeHealth = { healthy: true; reason: null } | { healthy: false; reason: string }

/** A flapping node is away for the last part of each of its periods. */
export function nodeHealth(config: EmulatorConfig, nodeName: string, nowSeconds: number): NodeHealth {
  for (const fault of config.script) {
    if (fault.fault !== 'lost-node' && fault.fault !== 'flapping-node') continue
    if (!wildcardMatches(fault.node, nodeName) || !faultActive(config, fault, nowSeconds)) continue
    if (fault.fault === 'lost-node')
      return { healthy: false, reason: 'the node does not answer, by the script' }
    const into = (nowSeconds - startSeconds(config) - fault.fromSeconds) % fault.periodSeconds
    if (into >= fault.periodSeconds * (1 - fault.downShare)) {
      return { healthy: false, reason: 'the node comes and goes, by the script' }
    }
  }
  return { healthy: true, reason: null }
}
