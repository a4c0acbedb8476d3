import { OrreryError } from '@orrery/api/errors.ts'
import type { Run, RunCreate, RunOptimise } from '@orrery/api/run.ts'
import type { RunInventory } from '@orrery/api/run-source.ts'
import { idNew } from '../../db/id.ts'
import { type RunInsert, runInsert } from '../../db/run.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { instantMicros, instantText } from '../instant.ts'
import { operationCreateIn } from '../operation/state.ts'
import { record, transaction } from '../transaction.ts'
import { type RunAsked, runPolicies } from './policies.ts'
import { scenarioAsked } from './scenario.ts'
import { runWhole } from './view.ts'
import { runWork } from './work.ts'

const resultsMax = 400

/** Runs policies on a fork of the inventory, or on a scenario, as an operation. Nothing live is touched. */
export async function runCreate(ctx: Ctx, input: RunCreate): Promise<Run> {
  requireRole(ctx, 'operator')
  ctx.operations.assertRoom()
  const { source = { kind: 'live' } } = input
  const asked =
    source.kind === 'scenario' ? await scenarioAsked(ctx, input, source) : await forkAsked(ctx, input, source)
  const { policies, seeds } = asked
  if (policies.length * seeds.length > resultsMax) {
    throw new OrreryError(
      'invalid',
      `${policies.length} policies under ${seeds.length} seeds are ${policies.length * seeds.length} results; ${resultsMax} are the most. Give fewer seeds.`,
      { pointer: '/seeds' },
    )
  }
  const id = idNew<'run'>()
  const draft: Omit<RunInsert, 'operationId'> = {
    id,
    name: input.name ?? `run-${id.slice(-8)}`,
    ...asked,
    actorName: ctx.actor.name,
  }
  let operationId: string | null = null
  const run = await transaction(ctx, async (tx) => {
    operationId = await operationCreateIn(tx, ctx, {
      kind: 'run',
      subject: { kind: 'run', id },
      total: policies.length * seeds.length,
      owner: ctx.instanceId,
      input: { ...input, source: draft.source },
    })
    await runInsert(tx, { ...draft, operationId })
    await record(tx, ctx, 'run.create', {
      subject: { kind: 'run', id, name: draft.name },
      after: { source: draft.source, policies: policies.map(({ name }) => name), seeds },
    })
    return runWhole(tx, id)
  })
  ctx.feedNudge()
  // A repeated request with the same idempotency key is answered from the first one's record and starts nothing.
  if (operationId !== null) ctx.operations.run(ctx, operationId, (work) => runWork(work, draft))
  return run
}

async function forkAsked(ctx: Ctx, input: RunCreate, source: RunInventory): Promise<RunAsked> {
  if (input.policies === undefined)
    throw new OrreryError('invalid', 'Give `policies`: stored policies by name, or algorithms.', {
      pointer: '/policies',
    })
  return {
    source: sourceOf(source),
    scenario: null,
    policies: await runPolicies(ctx, input.policies),
    seeds: [...new Set(input.seeds ?? [1])],
    horizonSeconds: input.horizonSeconds ?? null,
    unplaced: input.unplaced ?? 'wait',
    anew: input.anew ?? false,
    optimise: await optimiseOf(ctx, input),
  }
}

async function optimiseOf(ctx: Ctx, { optimise, anew }: RunCreate): Promise<RunOptimise | null> {
  if (optimise === undefined) return null
  if (anew === true)
    throw new OrreryError('invalid', 'Give `optimise` or `anew`, not both: anew, nothing stands anywhere.', {
      pointer: '/optimise',
    })
  const nodes = optimise.nodes ?? []
  if ((optimise.aim === 'evacuate') !== nodes.length > 0)
    throw new OrreryError(
      'invalid',
      optimise.aim === 'evacuate'
        ? '`evacuate` needs the `nodes` that are to be emptied.'
        : `\`nodes\` are for \`evacuate\`; \`${optimise.aim}\` chooses by itself.`,
      { pointer: '/optimise/nodes' },
    )
  const known = new Set(Array.from(ctx.mirror.nodes.values(), ({ name }) => name))
  const at = nodes.findIndex((name) => !known.has(name))
  if (at >= 0)
    throw new OrreryError('invalid', `There is no node '${nodes[at]}'.`, { pointer: `/optimise/nodes/${at}` })
  return optimise
}

/** With its instants as the database writes them, and none of them to come. */
function sourceOf(source: RunInventory): RunInventory {
  switch (source.kind) {
    case 'live':
      return source
    case 'instant':
      return { kind: 'instant', at: pastText(source.at, 'at') }
    case 'window': {
      const since = pastText(source.since, 'since')
      const until = pastText(source.until, 'until')
      if (since >= until)
        throw new OrreryError('invalid', '`since` must be before `until`.', { pointer: '/source/since' })
      return { kind: 'window', since, until }
    }
  }
}

function pastText(text: string, field: string): string {
  const micros = instantMicros(text, field)
  if (micros > BigInt(Date.now()) * 1000n) {
    throw new OrreryError('invalid', `\`${field}\` is in the future. A run starts from now or from then.`, {
      pointer: `/source/${field}`,
    })
  }
  return instantText(micros)
}
