import type { StepInsert } from '../../db/plan-insert.ts'
import { refusalsWrite } from '../../db/refusal.ts'
import type { Tx } from '../transaction.ts'

/** Says on each workload of a proposed plan that it waits for a person. Gives the ids of those that changed. */
export async function waitsForApproval(
  tx: Tx,
  planId: string,
  steps: readonly StepInsert[],
): Promise<Set<string>> {
  return refusalsWrite(
    tx,
    steps.flatMap((step) =>
      step.workload === null || step.node === null
        ? []
        : [
            {
              workloadId: step.workload.id,
              nodeId: step.fromNode?.id ?? null,
              reason: `Plan ${planId} waits for approval: it ${step.kind === 'place' ? 'goes' : 'moves'} to ${step.node.name}.`,
            },
          ],
    ),
  )
}
