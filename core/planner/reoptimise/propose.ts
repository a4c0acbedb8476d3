import type { OptimiseAim } from '@orrery/api/run.ts'
import { balancePropose } from './balance.ts'
import { consolidatePropose } from './consolidate.ts'
import { evacuatePropose } from './evacuate.ts'
import type { ProposedMove, Reoptimisation } from './proposal.ts'

/** Where nobody says how many. */
export const movesUsual = 100

/** The moves that an aim proposes; `nodeIndexes` are those that `evacuate` is to empty. */
export function movesPropose(
  aim: OptimiseAim,
  nodeIndexes: readonly number[],
  asked: Reoptimisation,
): ProposedMove[] {
  switch (aim) {
    case 'consolidate':
      return consolidatePropose(asked).moves
    case 'balance':
      return balancePropose(asked).moves
    case 'evacuate':
      return evacuatePropose({ ...asked, nodeIndexes }).moves
  }
}
