/** One host, VM or metric as JSON text: keys in the order of the original's structs. */
import type { MirrorNode, MirrorWorkload, UsageNow } from './mirror-rows.ts'
import { goJsonNumber, goJsonString } from '../go-json.ts'
import { type Shown, totalsShown, usageShown } from './units.ts'

/** What changes only with the row itself; the usage and `vms` follow it. */
export function hostHead(node: MirrorNode): string {
  const total = totalsShown(node)
  return `{"hostid":${goJsonString(node.aliasKey ?? '')},"stateid":${node.aliasNumber ?? 0},"total_cpu":${goJsonNumber(total.cpu)},"total_memory":${goJsonNumber(total.memory)},`
}

export function hostText(head: string, node: MirrorNode, usage: UsageNow | undefined, vms: number): string {
  const used = usageShown(usage, node.compat)
  return `${head}${usageText(used)},"vms":${vms},"energy_usage":${goJsonNumber(used[6])}}`
}

/** `node` is where it is bound; a node that the environment has no id for is shown by its name, with state id 0. */
export function vmHead(workload: MirrorWorkload, node: MirrorNode | undefined): string {
  const total = totalsShown(workload)
  const deployed = workload.nodeId !== null
  const host = deployed ? (node?.aliasKey ?? node?.name ?? '') : ''
  return `{"vmid":${goJsonString(workload.aliasKey ?? '')},"stateid":${workload.aliasNumber ?? 0},"deployed":${deployed},"hostid":${goJsonString(host)},"hoststateid":${(deployed ? node?.aliasNumber : null) ?? 0},"total_cpu":${goJsonNumber(total.cpu)},"total_memory":${goJsonNumber(total.memory)},`
}

export function vmText(head: string, workload: MirrorWorkload, usage: UsageNow | undefined): string {
  return `${head}${usageText(usageShown(usage, workload.compat))}}`
}

function usageText([cpu, memory, diskRead, diskWrite, netRx, netTx]: Shown): string {
  return `"usage_cpu":${goJsonNumber(cpu)},"usage_memory":${goJsonNumber(memory)},"disk_read":${goJsonNumber(diskRead)},"disk_write":${goJsonNumber(diskWrite)},"netrx":${goJsonNumber(netRx)},"nettx":${goJsonNumber(netTx)}`
}

export function metricText(
  timestamp: string,
  [cpu, memory, diskRead, diskWrite, netRx, netTx, energy]: Shown,
): string {
  return `{"timestamp":"${timestamp}","cpu":${goJsonNumber(cpu)},"memory":${goJsonNumber(memory)},"disk_read":${goJsonNumber(diskRead)},"disk_write":${goJsonNumber(diskWrite)},"netrx":${goJsonNumber(netRx)},"nettx":${goJsonNumber(netTx)},"energy_usage":${goJsonNumber(energy)}}`
}
