import { OrreryError } from '@orrery/api/errors.ts'
import { isUuid } from '@orrery/api/id.ts'
import type { Cli } from './command.ts'
import { call } from './request.ts'

/** The id behind the name of a node or a workload; an id is itself. Nodes are asked first. */
export async function subjectId(cli: Cli, reference: string): Promise<string> {
  if (isUuid(reference)) return reference
  for (const name of ['nodeView', 'workloadView'] as const) {
    try {
      return (await call(cli, name, { ref: reference })).id
    } catch (error) {
      if (!(error instanceof OrreryError) || error.code !== 'not_found') throw error
    }
  }
  throw new OrreryError('not_found', `there is no node and no workload '${reference}'`)
}
