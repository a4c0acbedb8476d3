/**
 * The execute loop: has providers do what the inventory says. Workloads that are `placing` get their machine started,
 * those that are `stopping` get it stopped. It reads the rows, acts once on each, and records each outcome unless a newer
 * placement has overtaken it.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { placelessLeaving, type TaskRow, tasksDue } from '../../db/execution.ts'
import type { Connections } from '../../providers/provider.ts'
import { settle } from '../../verbs/settle.ts'
import { eachConcurrent } from '../breathe.ts'
import { fenced } from '../fenced.ts'
import type { Loop, LoopWork } from '../loop.ts'
import { providerRowsEnabled } from '../provider-rows.ts'
import { collector } from './collect.ts'
import { leave, record } from './record.ts'
import { type Outcome, type Reach, perform, takeBack } from './task.ts'

export type ExecuteOptions = {
  connections: Connections
  everyMs?: number
  /** for one step */
  deadlineMs?: number
}

const tasksMax = 2000
/** steps under way at once, per provider */
const width = 12
/** after so many nodes in a row that did not answer, the rest of a provider's steps wait for the next run */
const nodesSilentMax = 4
const recordMax = 100
const recordWaitMs = 20

export function executeLoop({ connections, everyMs = 1000, deadlineMs = 15_000 }: ExecuteOptions): Loop {
  return {
    name: 'execute',
    everyMs,
    timeoutMs: 120_000,
    leased: true,
    async run(work) {
      const { ctx } = work
      await placelessLeave(work)
      const tasks = await tasksDue(ctx.database.db, tasksMax)
      if (tasks.length === 0) return
      const rows = new Map((await providerRowsEnabled(ctx.database.db)).map((row) => [row.id, row]))
      const reach: Reach = {
        ctx,
        signal: work.signal,
        deadlineMs,
        async provider(id) {
          const row = rows.get(id)
          if (row === undefined) throw new OrreryError('unavailable', 'its provider is switched off')
          return { row, provider: await connections.of(row) }
        },
      }
      const outcomes = collector<Outcome>(recordMax, recordWaitMs, async (items) => {
        for (const outcome of await record(work, items)) {
          if (outcome.kind === 'started' && outcome.providerRef !== null) {
            await takeBack(reach, outcome.task, outcome.providerRef)
          }
        }
      })
      const byProvider = Map.groupBy(tasks, (task) => task.provider_id)
      await Promise.all([...byProvider.values()].map((each) => performAll(reach, each, outcomes.add)))
      await outcomes.drain()
      if (tasks.length === tasksMax) ctx.nudge('execute')
    },
  }
}

/** A node that does not answer is not asked again in this run; nor is its provider once several nodes in a row did not. */
async function performAll(reach: Reach, tasks: TaskRow[], add: (outcome: Outcome) => void): Promise<void> {
  const silent = new Map<string, string>()
  let silentInRow = 0
  let last = ''
  await eachConcurrent(tasks, width, reach.signal, async (task) => {
    const known = silentInRow >= nodesSilentMax ? last : silent.get(task.node_id)
    if (known !== undefined) return add({ kind: 'failed', task, error: known, passing: true })
    const outcome = await perform(reach, task)
    // What the end of the run cut short is not the provider's failure: the next owner does it again.
    if (outcome.kind === 'failed' && reach.signal.aborted) return
    if (outcome.kind === 'failed' && outcome.passing) {
      last = outcome.error
      if (!silent.has(task.node_id)) silentInRow += 1
      silent.set(task.node_id, last)
    } else silentInRow = 0
    add(outcome)
  })
}

/** Deleted or stopped while on no node (its node was deleted under it): nothing has to be stopped first. */
async function placelessLeave(work: LoopWork): Promise<void> {
  const { ctx } = work
  const leaving = await placelessLeaving(ctx.database.db, 200)
  if (leaving.length === 0) return
  const gone = await fenced(work, (tx) => leave(tx, work, leaving))
  for (const id of gone) ctx.usages.forget(id)
  await settle(ctx, { workloads: leaving.map((each) => each.id) })
}
