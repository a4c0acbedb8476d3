import type { Group } from './command.ts'
import { headings } from './headings.ts'
import { operationNames, wordsOf } from './words.ts'

/** One line per noun on the first page of the help, and where it stands there. */
const nouns: Record<string, readonly [summary: string, heading: string]> = {
  site: ['places: cloud regions, edge clusters, labs, homes', headings.inventory],
  node: ['hosts and devices that work runs on', headings.inventory],
  workload: ['what runs, or waits to', headings.inventory],
  sample: ['measurements of nodes and workloads', headings.inventory],
  inventory: ['the whole continuum in one answer', headings.inventory],
  run: ['what would happen: runs of the twin, and what came of them', headings.planning],
  plan: ['what was decided and waits for a yes, or was done', headings.planning],
  policy: ['how to choose a node', headings.planning],
  agent: ['agents that decide on the live system, behind guard rails', headings.planning],
  provider: ['connections to what runs the work', headings.planning],
  'provider-kind': ['the kinds of provider there are', headings.planning],
  event: ['what happened: the audit trail', headings.time],
  operation: ['long work and its progress', headings.time],
  status: ['this server: version, database, listeners, loops', headings.time],
  import: ['read traces and recorded series', headings.files],
  dataset: ['what was imported', headings.files],
  trace: ['what was recorded, as a file', headings.files],
  principal: ['who may do what', headings.people],
  token: ['secrets that speak for a principal', headings.people],
  session: ['the signed-in state of a browser', headings.people],
}

const original: readonly Group[] = [
  { words: ['hosts'], summary: 'hosts, as envcli shows them', heading: headings.original },
  { words: ['vms'], summary: 'VMs, as envcli shows them', heading: headings.original },
  { words: ['connectors'], summary: 'where hosts and VMs come from', heading: headings.original },
  { words: ['connectors', 'emulator'], summary: 'the emulated continuum', heading: headings.original },
  { words: ['server'], summary: 'the server with the envserver facade', heading: headings.original },
  {
    words: ['database'],
    summary: 'create, drop, migrate and export the database',
    heading: headings.original,
  },
]

/** Every noun of the API, so that one that is new has its group at once, and the original tool's words. */
export function groupsAll(): Group[] {
  const groups = new Map<string, Group>()
  for (const name of operationNames) {
    const { noun, plural } = wordsOf(name)
    const [summary, heading] = nouns[noun] ?? [plural, headings.more]
    groups.set(noun, { words: [noun], aliases: plural === noun ? [] : [plural], summary, heading })
  }
  // In the order above, whatever the order of the operations; what is not there yet comes last.
  const order = Object.keys(nouns)
  const rank = ({ words }: Group): number => {
    const at = order.indexOf(words[0] ?? '')
    return at === -1 ? order.length : at
  }
  return [
    ...[...groups.values()].sort((a, b) => rank(a) - rank(b)),
    {
      words: ['twin'],
      summary: 'the digital twin: what would happen',
      heading: headings.planning,
    },
    {
      words: ['twin', 'compare'],
      summary: 'policies side by side, on one trace',
      heading: headings.planning,
    },
    { words: ['export'], summary: 'write what was recorded to a file', heading: headings.files },
    ...original,
  ]
}
