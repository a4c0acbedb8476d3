/**
 * The inventory as the environment's clients name it: by text id, and in the order of state ids. Everything here can be
 * had from the mirror at any time; it is kept so that a measurement finds its subject and a list finds its order and
 * its text without a search.
 */
import type { Ctx } from '../../verbs/context.ts'
import type { MirrorNode, MirrorWorkload, UsageNow } from './mirror-rows.ts'
import { hostHead, hostText, vmHead, vmText } from './rows.ts'

export type Roster = {
  hosts: Side
  vms: Side
  close(): void
}
export type Side = {
  /** the subject's id, by the text id it bears now */
  idOf(key: string): string | undefined
  /** null when there is no such row */
  text(id: string): string | null
  /** ids in the order of state ids, as of now */
  ids(): string[]
}

export function rosterOpen({ mirror, usages }: Pick<Ctx, 'mirror' | 'usages'>): Roster {
  const vmsOn = new Map<string, number>()
  const standing = new Map<string, string>()

  const hosts = sideCreate(mirror.nodes, (node, kept: HostText | undefined): HostText => {
    const usage = usages.get(node.id)
    const vms = vmsOn.get(node.id) ?? 0
    if (kept?.node === node && kept.usage === usage && kept.vms === vms) return kept
    const head = kept?.node === node ? kept.head : hostHead(node)
    return { node, usage, vms, head, text: hostText(head, node, usage, vms) }
  })
  const vms = sideCreate(mirror.workloads, (workload, kept: VmText | undefined): VmText => {
    const usage = usages.get(workload.id)
    const node = workload.nodeId === null ? undefined : mirror.nodes.get(workload.nodeId)
    if (kept?.workload === workload && kept.usage === usage && kept.node === node) return kept
    const head = kept?.workload === workload && kept.node === node ? kept.head : vmHead(workload, node)
    return { workload, usage, node, head, text: vmText(head, workload, usage) }
  })

  /** Counts the VMs of each host: those that the environment shows, not every workload there. */
  function stand(ids: Iterable<string>): void {
    for (const id of ids) {
      const workload = mirror.workloads.get(id)
      const node = workload === undefined || workload.aliasKey === null ? null : workload.nodeId
      const before = standing.get(id)
      if (before === (node ?? undefined)) continue
      if (before !== undefined) vmsOn.set(before, (vmsOn.get(before) ?? 1) - 1)
      if (node === null) standing.delete(id)
      else {
        standing.set(id, node)
        vmsOn.set(node, (vmsOn.get(node) ?? 0) + 1)
      }
    }
  }

  hosts.refresh(mirror.nodes.keys())
  vms.refresh(mirror.workloads.keys())
  stand(mirror.workloads.keys())
  const unsubscribe = mirror.onChange((change) => {
    hosts.refresh(change.nodes)
    vms.refresh(change.workloads)
    stand(change.workloads)
    for (const id of change.nodes) if (!mirror.nodes.has(id)) vmsOn.delete(id)
  })
  return { hosts, vms, close: unsubscribe }
}

type HostText = { node: MirrorNode; usage: UsageNow | undefined; vms: number; head: string; text: string }
type VmText = {
  workload: MirrorWorkload
  usage: UsageNow | undefined
  node: MirrorNode | undefined
  head: string
  text: string
}
type Row = { id: string; aliasKey: string | null; aliasNumber: number | null }
type Borne = { key: string; number: number | null }

/** One kind of subject: `textOf` makes a row's text, or keeps the one it made last. */
function sideCreate<Of extends Row, Text extends { text: string }>(
  rows: ReadonlyMap<string, Of>,
  textOf: (row: Of, kept: Text | undefined) => Text,
): Side & { refresh(ids: Iterable<string>): void } {
  const byKey = new Map<string, string>()
  const borne = new Map<string, Borne>()
  // State ids are the smallest free numbers, so an array by state id is dense, and in order without sorting.
  const byNumber: (string | undefined)[] = []
  const texts = new Map<string, Text>()

  function forget(id: string, { key, number }: Borne): void {
    borne.delete(id)
    texts.delete(id)
    if (byKey.get(key) === id) byKey.delete(key)
    if (number !== null && byNumber[number] === id) byNumber[number] = undefined
  }

  return {
    refresh(ids) {
      const changed: Of[] = []
      for (const id of ids) {
        const row = rows.get(id)
        const before = borne.get(id)
        if (before !== undefined && (row?.aliasKey !== before.key || row.aliasNumber !== before.number))
          forget(id, before)
        if (row !== undefined && row.aliasKey !== null) changed.push(row)
      }
      // All that gave up an id or a number first, then all that took one: it may have passed from one to another.
      for (const { id, aliasKey: key, aliasNumber: number } of changed) {
        if (key === null) continue
        borne.set(id, { key, number })
        byKey.set(key, id)
        if (number !== null) byNumber[number] = id
      }
    },
    idOf: (key) => byKey.get(key),
    text(id) {
      const row = rows.get(id)
      if (row === undefined || row.aliasKey === null) return null
      const text = textOf(row, texts.get(id))
      texts.set(id, text)
      return text.text
    },
    ids: () => byNumber.filter((id) => id !== undefined),
  }
}
