/**
 * Our own trace format: newline-delimited JSON that anyone can write by hand. The first line says what the file is;
 * each further line is a node, an arrival, a departure or a sample. Times are microseconds since 1970, all integers
 * are below 2^53 and so come back as they were; a sample's values are in the order of the header's fields.
 *
 *     {"orreryTrace":1,"fields":["cpuCores",…]}
 *     {"node":"edge-1-1","site":"edge-1","kind":"host","capacity":{…},"capabilities":[],"labels":{}}
 *     {"arrival":"web-1","at":1767225600000000,"kind":"vm","demand":{…},"constraints":{},"priority":0,"labels":{}}
 *     {"sample":"web-1","of":"workload","at":1767225660000000,"values":[0.5,1073741824,null,…]}
 *     {"departure":"web-1","at":1767229200000000}
 *
 * A workload's constraints name sites and nodes by id, which another installation does not have: `siteIds`, `nodeIds`
 * and `latencyFrom` are not written.
 */
import type { BadRow } from '@orrery/api/dataset.ts'
import { nodeKinds } from '@orrery/api/node.ts'
import { Capacity, Demand } from '@orrery/api/quantity.ts'
import { type SampleField, sampleFields } from '@orrery/api/sample.ts'
import { Labels, Name, nullable, oneOf, strict } from '@orrery/api/scalar.ts'
import { Constraints, workloadKinds } from '@orrery/api/workload.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { schemaFault } from '../schema-fault.ts'
import type { TraceFile } from './csv.ts'

export const ownVersion = 1

const Micros = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Header = Type.Object(
  {
    orreryTrace: Type.Literal(ownVersion),
    fields: Type.Array(oneOf(sampleFields), { maxItems: sampleFields.length }),
  },
  strict,
)
const OwnConstraints = Type.Omit(Constraints, ['siteIds', 'nodeIds', 'latencyFrom'], strict)
const OwnNode = Type.Object(
  {
    node: Name,
    site: Name,
    kind: oneOf(nodeKinds),
    capacity: Capacity,
    capabilities: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 }),
    labels: Labels,
  },
  strict,
)
export type OwnNode = Static<typeof OwnNode>
const OwnArrival = Type.Object(
  {
    arrival: Name,
    at: Micros,
    kind: oneOf(workloadKinds),
    demand: Demand,
    constraints: OwnConstraints,
    priority: Type.Integer({ minimum: -1000, maximum: 1000 }),
    labels: Labels,
  },
  strict,
)
export type OwnArrival = Static<typeof OwnArrival>
const OwnDeparture = Type.Object({ departure: Name, at: Micros }, strict)
export type OwnDeparture = Static<typeof OwnDeparture>
const OwnSample = Type.Object(
  {
    sample: Name,
    of: oneOf(['node', 'workload']),
    at: Micros,
    values: Type.Array(nullable(Type.Number()), { maxItems: sampleFields.length }),
  },
  strict,
)
export type OwnSample = Static<typeof OwnSample>
export type OwnLine = OwnNode | OwnArrival | OwnDeparture | OwnSample

// Compiled, for a trace has a line for each sample. Where code may not be made from text, these check without it.
const checks = {
  header: Compile(Header),
  node: Compile(OwnNode),
  arrival: Compile(OwnArrival),
  departure: Compile(OwnDeparture),
  sample: Compile(OwnSample),
}

export type OwnParsed = {
  fields: SampleField[]
  nodes: OwnNode[]
  arrivals: OwnArrival[]
  departures: OwnDeparture[]
  samples: OwnSample[]
  badRows: BadRow[]
}

/** The first line of a file, with its line end. */
export function ownHeader(fields: readonly SampleField[] = sampleFields): string {
  return `${JSON.stringify({ orreryTrace: ownVersion, fields })}\n`
}

/** One further line, with its line end, so that a file of any length can be written piece by piece. */
export function ownLine(line: OwnLine): string {
  return `${JSON.stringify(line)}\n`
}

/** A workload's constraints without what only this installation understands. */
export function ownConstraints(constraints: Constraints): OwnArrival['constraints'] {
  const { siteIds: _siteIds, nodeIds: _nodeIds, latencyFrom: _latencyFrom, ...portable } = constraints
  return portable
}

/** Bad lines are left out and told; without a right header nothing is read. */
export function ownParse(file: TraceFile): OwnParsed {
  const parsed: OwnParsed = { fields: [], nodes: [], arrivals: [], departures: [], samples: [], badRows: [] }
  const fault = (line: number, message: string) => parsed.badRows.push({ file: file.name, line, message })
  const present = new Map<string, { at: number; line: number }>()
  const nodeLines = new Map<string, number>()
  let headed = false
  let line = 0
  for (const text of linesOf(file.text)) {
    line += 1
    if (text.trim() === '') continue
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      fault(line, 'this is not JSON')
      if (!headed) return parsed
      continue
    }
    if (!headed) {
      if (!checks.header.Check(value)) {
        fault(line, `the first line must be ${ownHeader().trim()}; ${schemaFault(Header, value)}`)
        return parsed
      }
      parsed.fields = value.fields
      headed = true
      continue
    }
    const problem = take(value, line, parsed, present, nodeLines)
    if (problem !== null) fault(line, problem)
  }
  if (!headed) fault(1, 'the file is empty; its first line must say {"orreryTrace":1,…}')
  return parsed
}

function take(
  value: unknown,
  line: number,
  parsed: OwnParsed,
  present: Map<string, { at: number; line: number }>,
  nodeLines: Map<string, number>,
): string | null {
  const has = (key: string) => typeof value === 'object' && value !== null && Object.hasOwn(value, key)
  if (has('sample')) {
    if (!checks.sample.Check(value)) return schemaFault(OwnSample, value)
    if (value.values.length !== parsed.fields.length) {
      return `${value.values.length} values where the header names ${parsed.fields.length} fields`
    }
    parsed.samples.push(value)
  } else if (has('arrival')) {
    if (!checks.arrival.Check(value)) return schemaFault(OwnArrival, value)
    const earlier = present.get(value.arrival)
    if (earlier !== undefined) return `${value.arrival} arrived on line ${earlier.line} and has not left`
    present.set(value.arrival, { at: value.at, line })
    parsed.arrivals.push(value)
  } else if (has('departure')) {
    if (!checks.departure.Check(value)) return schemaFault(OwnDeparture, value)
    const arrived = present.get(value.departure)
    if (arrived === undefined) return `${value.departure} leaves, but no line before says that it came`
    if (value.at < arrived.at) return `${value.departure} leaves before it came (line ${arrived.line})`
    present.delete(value.departure)
    parsed.departures.push(value)
  } else if (has('node')) {
    if (!checks.node.Check(value)) return schemaFault(OwnNode, value)
    const earlier = nodeLines.get(value.node)
    if (earlier !== undefined) return `the node ${value.node} is on line ${earlier} already`
    nodeLines.set(value.node, line)
    parsed.nodes.push(value)
  } else {
    return 'a line has one of "node", "arrival", "departure" and "sample"'
  }
  return null
}

function* linesOf(text: string): Generator<string> {
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\n', at)
    yield text.slice(at, end < 0 ? text.length : end)
    at = end < 0 ? text.length : end + 1
  }
}
