/** The environment takes any text as an id; names of the inventory are for people and so have rules. */
import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '@orrery/api/id.ts'
import { Name } from '@orrery/api/scalar.ts'
import { schemaFault } from '@orrery/core/schema-fault.ts'

const stemMax = 60

/**
 * Names to try for an id, the best first: the id itself where it may be a name, then one that resembles it. Names are
 * unique among all workloads (or nodes), ids only among VMs (or hosts), so the id itself may be taken.
 */
export function nameCandidates(id: string, kind: 'host' | 'vm'): string[] {
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 8)
  const stem = id
    .toWellFormed()
    .replace(/[^\p{L}\p{N}._ @:+=-]+/gu, '-')
    .slice(0, stemMax)
    .toWellFormed()
    .trim()
  const alike = isUuid(id) || stem === '' ? `${kind}-${digest}` : `${stem}~${digest}`
  const unlike = `${kind}-${digest}-${randomBytes(4).toString('hex')}`
  // A name in the shape of an id could not be looked up by name.
  const itself = schemaFault(Name, id) === null && !isUuid(id)
  return itself ? [id, alike, unlike] : [alike, unlike]
}
